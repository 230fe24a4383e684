/** A page's own names, as any page has them, take nothing away from the tracker. */

import { BUNDLE, byTime, type Customer, expect, type Sent, test } from "./support/customer";

interface Variant {
  told: string;
  before: string;
  after: string;
}

type Write = (name: string) => string;

const before = (way: string, write: Write) => (name: string) => ({
  told: `${way} ${name} before the tracker`,
  before: write(name),
  after: "",
});
const after = (way: string, write: Write) => (name: string) => ({
  told: `${way} ${name} after the tracker`,
  before: "",
  after: write(name),
});
const declared =
  (text: Write): Write =>
  (name) =>
    `<script>${text(name)}</script>`;

const aConst = declared((name) => `const ${name} = "https://api.example.com/v1"`);
const aLet = declared((name) => `let ${name} = null`);
const aClass = declared((name) => `class ${name} {}`);
const aVar = declared((name) => `var ${name} = []`);
const aFunction = declared((name) => `function ${name}() {}`);
const aForm: Write = (name) => `<form name="${name}"><input name="q"></form>`;
const aFrame: Write = (name) => `<iframe name="${name}"></iframe>`;
const images: Write = (name) => `<img name="${name}" alt=""><img name="${name}" alt="">`;

/** Ways in which a page gives a name to something of its own. */
const DECLARED = [
  before("const", aConst),
  after("let", aLet),
  before("class", aClass),
  before("var", aVar),
  after("var", aVar),
  before("function", aFunction),
];
const NAMED = [
  before("form", aForm),
  after("form", aForm),
  before("iframe", aFrame),
  after("images", images),
];

/** Every word of the built bundle: whatever it reads is among them. */
const WORDS = [...new Set(BUNDLE.toString().match(/[A-Za-z_$][\w$]*/g))];

/** A page that takes what it needs itself first, and then the names of one variant. */
const pageOf = (variant: Variant, n: number, tracker: string) => `<!doctype html>
<title>Page ${n}</title>
<script>{
  const { history, document } = window;
  const { click } = HTMLElement.prototype;
  const { getElementById } = Document.prototype;
  const faults = [];
  const note = (event) => {
    if (!event.filename?.includes("/page?")) faults.push(String(event.message ?? event.reason));
  };
  addEventListener("error", note);
  addEventListener("unhandledrejection", note);
  parent.pages[${n}] = {
    faults,
    act() {
      click.call(getElementById.call(document, "go"));
      history.pushState({}, "", "/page?n=${n}&next");
    },
  };
}</script>
${variant.before}
<script src="${tracker}" data-site="pt_${n}"></script>
${variant.after}
<button id="go" data-track-click="go">Go</button>`;

/** Open every variant in a frame of its own, click, navigate, leave; answer what went wrong. */
async function walk(
  variants: Variant[],
  page: import("@playwright/test").Page,
  customer: Customer,
) {
  customer.serve((url) => {
    const n = Number(url.searchParams.get("n") ?? -1);
    const variant = variants[n];
    return variant ? pageOf(variant, n, customer.tracker) : "<!doctype html><title>All</title>";
  });
  await page.goto(customer.origin);
  const faults = await page.evaluate(async (count) => {
    const all: { faults: string[]; act: () => void }[] = [];
    Object.assign(window, { pages: all });
    const AT_ONCE = 24;
    for (let start = 0; start < count; start += AT_ONCE) {
      const frames = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, i) => {
        const frame = document.createElement("iframe");
        frame.src = `/page?n=${start + i}`;
        return frame;
      });
      await Promise.all(
        frames.map((frame, i) => {
          const loaded = new Promise((resolve) => {
            frame.onload = resolve;
            setTimeout(resolve, 15_000);
          });
          document.body.append(frame);
          return loaded.then(() => {
            all[start + i]?.act();
            frame.remove();
          });
        }),
      );
    }
    return all.map((one) => one.faults);
  }, variants.length);
  const expected = 4;
  await expect
    .poll(() => customer.sent.length, { intervals: [100] })
    .toBeGreaterThanOrEqual(variants.length * expected)
    .catch(() => undefined);
  const wrong: string[] = [];
  const sent = new Map<string, Sent[]>();
  for (const event of customer.sent) {
    sent.set(event.siteId, [...(sent.get(event.siteId) ?? []), event]);
  }
  variants.forEach(({ told }, n) => {
    const fault = faults[n]?.join() || faultOf(sent.get(`pt_${n}`) ?? [], n, customer.origin);
    if (fault) wrong.push(`${told}: ${fault}`);
  });
  return wrong;
}

function faultOf(sent: Sent[], n: number, origin: string): string {
  const inOrder = [...sent].sort(byTime);
  const told = inOrder.map((event) => `${event.eventType} ${event.url} ${event.title}`);
  const here = `${origin}/page?n=${n}`;
  const view = [`session_start ${here} Page ${n}`, `pageview ${here} Page ${n}`];
  const expected = [...view, `click ${here} Page ${n}`, `pageview ${here}&next Page ${n}`];
  const [wanted, got] = [expected.join("\n"), told.join("\n")];
  if (wanted !== got) return `sent ${got || "nothing"}`;
  const odd = sent.find(({ id, userId }) => !UUID_V7.test(id) || !/^user_\w{32}$/.test(userId));
  return odd ? `ids ${odd.id} ${odd.userId}` : "";
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const every = (names: string[], ways: ((name: string) => Variant)[]) =>
  names.flatMap((name) => ways.map((way) => way(name)));

test("no declaration of a page takes a view, a click or a navigation away", async ({
  page,
  customer,
}) => {
  const globals = await page.evaluate((words) => words.filter((word) => word in window), WORDS);
  expect(globals).toEqual(expect.arrayContaining(["history", "navigator", "screen"]));
  // Nobody can declare these anew, and whoever assigns to `location` leaves the page.
  const fixed = ["window", "document", "location"];
  const names = globals.filter((name) => !fixed.includes(name));
  expect(await walk(every(names, DECLARED), page, customer)).toEqual([]);
});

test("no form, frame or image of a page takes a view, a click or a navigation away", async ({
  page,
  customer,
}) => {
  const members = await page.evaluate(
    (words) => words.filter((word) => word in document || word in window),
    WORDS,
  );
  expect(members).toEqual(expect.arrayContaining(["title", "referrer", "currentScript"]));
  const names = [...members, "pixeltrack", "PixelTracker"];
  expect(await walk(every(names, NAMED), page, customer)).toEqual([]);
});
