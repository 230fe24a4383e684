/** Clicks on elements with `data-track-click`; never reads what a visitor typed. */

import { listen, read } from "./browser";
import { MAX_ELEMENT_TEXT } from "./limits";

const ATTRIBUTE = "data-track-click";
const TYPED = 'input,textarea,select,[contenteditable]:not([contenteditable="false"])';
const ELEMENT_NODE = 1;
const SHOW_TEXT = 4;

/** Return an attribute of an element, undefined where it is missing or empty. */
const attribute = (element: Element, name: string): string | undefined =>
  read(element, "getAttribute").call(element, name) || undefined;

const has = (node: EventTarget, name: string): node is Element =>
  read(node as Node, "nodeType") === ELEMENT_NODE &&
  read(node as Element, "hasAttribute").call(node, name);

function visibleText(element: Element): string {
  const walker = read(document, "createTreeWalker").call(document, element, SHOW_TEXT);
  let text = "";
  while (text.length < MAX_ELEMENT_TEXT && walker.nextNode()) {
    const node = walker.currentNode as Text;
    const parent = node.parentElement;
    if (!parent || !read(parent, "closest").call(parent, `script,style,${TYPED}`)) {
      text = (text + node.data).replace(/\s+/g, " ").trimStart();
    }
  }
  return text.slice(0, MAX_ELEMENT_TEXT).trimEnd();
}

/**
 * Call back with the payload of each click on a marked element, the innermost one.
 *
 * The keyboard clicks as well. The middle button does not, but it opens a link.
 */
export function watchClicks(onClick: (payload: Record<string, unknown>) => void): void {
  let last: Element | undefined;
  let lastAt = 0;
  const look = (event: MouseEvent): void => {
    const isMiddle = event.button === 1;
    if (isMiddle !== (event.type === "auxclick")) return;
    const path = event.composedPath();
    let element: Element | undefined;
    let isLink = false;
    for (let i = 0; i < path.length; i++) {
      const node = path[i] as EventTarget;
      if (!element && has(node, ATTRIBUTE)) element = node;
      isLink ||= has(node, "href");
    }
    // A click on a label is followed by one on its field, of the same instant.
    const isRepeat = event.isTrusted && element === last && event.timeStamp === lastAt;
    last = element;
    lastAt = event.timeStamp;
    if (element && !isRepeat && (isLink || !isMiddle)) {
      onClick({
        name: attribute(element, ATTRIBUTE),
        elementId: attribute(element, "id"),
        elementTag: read(element, "tagName"),
        elementText: visibleText(element),
      });
    }
  };
  listen(document, "click", look, { capture: true });
  listen(document, "auxclick", look, { capture: true });
}
