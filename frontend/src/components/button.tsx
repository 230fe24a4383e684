/** The button. */

import type { ComponentProps } from "react";

export type Kind = "plain" | "primary" | "danger" | "quiet";

type ButtonProps = ComponentProps<"button"> & { kind?: Kind; isBusy?: boolean };

/** Keep the focus of a busy button, but ignore further presses. */
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
