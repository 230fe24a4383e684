/** The button, and a link that looks like one. */

import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";

type Kind = "plain" | "primary" | "danger" | "quiet";

interface Look {
  kind?: Kind;
}

type ButtonProps = ComponentProps<"button"> & Look & { isBusy?: boolean };

/** A busy button keeps its focus and takes no second press. */
export function Button({ kind = "plain", isBusy = false, type = "button", ...rest }: ButtonProps) {
  const { onClick, className = "", ...others } = rest;
  return (
    <button
      {...others}
      type={isBusy ? "button" : type}
      className={`button ${className}`}
      data-kind={kind}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy || undefined}
      onClick={isBusy ? undefined : onClick}
    />
  );
}

function Anchor({ kind = "plain", ...rest }: ComponentProps<"a"> & Look) {
  return <a {...rest} className="button" data-kind={kind} />;
}

export const ButtonLink = createLink(Anchor);
