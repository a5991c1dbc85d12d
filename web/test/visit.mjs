// The first visit of somebody in a browser that knows nothing of us, and what
// it costs.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** As in ui/open.ts: timers of so long do not fire. */
const PRELOAD_MS = 2_000;
const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** As the gateway sends it: compressed where that is kept. */
async function bytesOf(path) {
  const name = path === "/" ? "index.html" : path.slice(1);
  const gz = await stat(join(dist, `${name}.gz`)).catch(() => null);
  const raw = await stat(join(dist, name)).catch(() => null);
  return { name, bytes: gz?.size ?? raw?.size ?? 0 };
}

/** Until somebody is inside: when something was painted and when that was, in
 * milliseconds, and the files that were asked for. */
export async function visit(browser, url, locale = "en-GB") {
  const paths = new Set();
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  // What comes by itself in a while is not waited for, nor counted on a
  // machine that is slow.
  await page.addInitScript((later) => {
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (run, ms, ...more) =>
      ms >= later ? 0 : setTimeout(run, ms, ...more);
  }, PRELOAD_MS);
  page.on("request", (request) => paths.add(new URL(request.url()).pathname));
  await page.goto(url);
  await page.waitForSelector("[name=username]");
  const paint = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  );
  await page.fill("[name=username]", "Bob");
  const begun = performance.now();
  await page.click("[type=submit]");
  await page.waitForSelector(".scroller[aria-busy=false]");
  const inside = performance.now() - begun;
  await page.evaluate(() => document.fonts.ready);
  const files = await Promise.all([...paths].map(bytesOf));
  await context.close();
  return { paint, inside, files: files.filter(({ bytes }) => bytes > 0) };
}

export const total = (files) =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);
