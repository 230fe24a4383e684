/** Draws a cup of each tea. */

const SVG = "http://www.w3.org/2000/svg";

function shape(tag: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Return a cup; the style sheet gives `cup-<slug>` its colours. */
export function cup(slug: string): SVGElement {
  const svg = shape("svg", {
    viewBox: "0 0 200 150",
    class: `cup cup-${slug}`,
    "aria-hidden": "true",
  });
  svg.append(
    shape("ellipse", { class: "saucer", cx: "95", cy: "128", rx: "70", ry: "11" }),
    shape("path", { class: "handle", d: "M140 70c30-6 34 38-8 38" }),
    shape("path", { class: "bowl", d: "M45 58h100c0 40-16 68-50 68s-50-28-50-68z" }),
    shape("ellipse", { class: "rim", cx: "95", cy: "58", rx: "50", ry: "12" }),
    shape("ellipse", { class: "liquor", cx: "95", cy: "59.5", rx: "43", ry: "8.5" }),
    shape("path", { class: "steam", d: "M80 40c-8-10 8-14 0-26M108 40c-8-10 8-14 0-26" }),
  );
  return svg;
}
