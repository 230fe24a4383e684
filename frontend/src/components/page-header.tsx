/** The header of a page, and its title in the browser's tab. */

import { type ReactNode, useEffect } from "react";

interface PageHeaderProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, lead, actions }: PageHeaderProps) {
  return (
    <div className="page-header">
      <div>
        <h1>{title}</h1>
        {lead && <p className="lead">{lead}</p>}
      </div>
      {actions}
    </div>
  );
}

/** Set the title of the browser's tab: the page, then the product. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Pixel-Track` : "Pixel-Track";
  }, [title]);
}
