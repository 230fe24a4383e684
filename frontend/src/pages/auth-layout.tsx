/** The layout of the pages before log-in: one centred card. */

import type { ReactNode } from "react";
import { Controls, Credits } from "../app/controls";
import { useTitle } from "../components/page-header";

interface AuthLayoutProps {
  title: string;
  lead?: string;
  children: ReactNode;
  /** Links below the card. */
  aside?: ReactNode;
}

export function AuthLayout({ title, lead, children, aside }: AuthLayoutProps) {
  useTitle(title);
  return (
    <>
      <header className="top">
        <span className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>Pixel-Track</span>
        </span>
        <div className="top-controls">
          <Controls />
        </div>
      </header>
      <main className="auth">
        <div className="card auth-card">
          <h1>{title}</h1>
          {lead && <p className="lead">{lead}</p>}
          {children}
        </div>
        {aside && <p className="auth-aside">{aside}</p>}
      </main>
      <Credits />
    </>
  );
}
