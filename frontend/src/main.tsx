/** Starts the dashboard. */

import "./styles/app.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { applyTheme } from "./app/preferences";
import { queryClient, watchUser } from "./app/queries";
import { router } from "./app/router";
import { session } from "./auth/session";
import { ToastProvider } from "./components/toast";
import { WordsProvider } from "./words/words";

applyTheme();
watchUser(session, queryClient, () => void router.invalidate());

const root = document.getElementById("root");
if (!root) throw new Error("#root is not on the page");
createRoot(root).render(
  <StrictMode>
    <WordsProvider>
      <QueryClientProvider client={queryClient}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>
    </WordsProvider>
  </StrictMode>,
);
