/** Clicks on elements with `data-track-click`; never reads what a visitor typed. */

import { MAX_ELEMENT_TEXT } from "./limits";

const ATTRIBUTE = "data-track-click";
const TYPED = 'input,textarea,select,[contenteditable]:not([contenteditable="false"])';

function visibleText(element: Element): string {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let text = "";
  while (text.length < MAX_ELEMENT_TEXT && walker.nextNode()) {
    const node = walker.currentNode as Text;
    if (!node.parentElement?.closest(`script,style,${TYPED}`)) {
      text = (text + node.data).replace(/\s+/g, " ").trimStart();
    }
  }
  return text.slice(0, MAX_ELEMENT_TEXT).trimEnd();
}

/** Call back with the payload of each click on a marked element, the innermost one. */
export function watchClicks(onClick: (payload: Record<string, unknown>) => void): void {
  document.addEventListener(
    "click",
    (event) => {
      const element = event
        .composedPath()
        .find((node): node is Element => node instanceof Element && node.hasAttribute(ATTRIBUTE));
      if (element) {
        onClick({
          name: element.getAttribute(ATTRIBUTE) || undefined,
          elementId: element.getAttribute("id") || undefined,
          elementTag: element.tagName,
          elementText: visibleText(element),
        });
      }
    },
    true,
  );
}
