/** An internal link that looks like a button. */

import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import type { Kind } from "./button";

function Anchor({ kind = "plain", ...rest }: ComponentProps<"a"> & { kind?: Kind }) {
  return <a {...rest} className="button" data-kind={kind} />;
}

export const ButtonLink = createLink(Anchor);
