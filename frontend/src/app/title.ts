/** Names the page in the browser's tab. */

import { useEffect } from "react";

/** Put a page's title before the product's name while the page is shown. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Pixel-Track` : "Pixel-Track";
  }, [title]);
}
