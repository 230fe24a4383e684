/** Starts the demo page: the shop in a frame, and the feed of its events beside it. */

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { applyTheme } from "../../src/app/preferences";
import { WordsProvider } from "../../src/words/words";
import { Page } from "./page";
import "../../src/styles/app.css";
import "./page.css";

applyTheme();

const root = document.getElementById("root");
if (!root) throw new Error("#root is not on the page");
createRoot(root).render(
  <StrictMode>
    <WordsProvider>
      <Page />
    </WordsProvider>
  </StrictMode>,
);
