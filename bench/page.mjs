// SPDX-License-Identifier: ISC
// The page in a browser: bytes and time of the first visit, and a room of many
// messages scrolled through.  node bench/page.mjs [MESSAGES]; the gateway is
// web/test/mock-gateway.mjs, so that the figures are the page's alone.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { startMock } from "../web/test/mock-gateway.mjs";
import { Reader, withBrowser } from "../web/test/reader.mjs";
import { total, visit } from "../web/test/visit.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const DIST = join(here, "../web/dist");
const OUT = join(here, "results/page.json");
const VISITS = 5;
/** Of the wheel, each a window high. */
const STEPS = 200;
const MB = 1024 * 1024;
const n = Number(process.argv[2] ?? 5_000);

const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))];

function fill(mock, count) {
  const ana = {
    id: "ana",
    username: "Ana",
    displayName: "Ana",
    language: "fr",
  };

  for (let i = 0; i < count; i++)
    mock.save(ana, { content: `La maison est grande, numéro ${i}.` });
}

/** What the main thread has worked, in ms of its processor's time. */
async function worked(session) {
  const { metrics } = await session.send("Performance.getMetrics");

  return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
}

/** The tasks of more than 50 ms while everything is read in another language;
 * the browser tells of no shorter ones. */
async function changeLanguage(bob, session) {
  const { page } = bob;

  await page.click(".me");
  await page.waitForSelector(".settings");
  await page.evaluate(() => {
    const tasks = (globalThis.tasks_ = []);

    new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: "longtask" });
  });
  const before = await worked(session);

  await bob.choose(".settings .reads", "es");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".bubble .text[lang=es]");
  await page.waitForFunction(() => !document.querySelector(".translating"));
  await bob.painted();
  return {
    cpu: (await worked(session)) - before,
    tasks: await page.evaluate(() => globalThis.tasks_),
  };
}

/** Frames while the wheel turns up, then the heap after rubbish is gone. */
async function scroll(browser, url) {
  const bob = await Reader.enter(browser, url, "Bob", "en");
  const { page } = bob;
  const session = await page.context().newCDPSession(page);
  const box = await page.locator(".scroller").boundingBox();

  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(() => {
    const frames = (globalThis.frames_ = []);
    let last = performance.now();
    const tick = (now) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };

    requestAnimationFrame(tick);
  });
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await worked(session);

  for (let i = 0; i < STEPS; i++) {
    await page.mouse.wheel(0, -600);
    await bob.painted();
  }
  const frames = await page.evaluate(() => globalThis.frames_);
  const cpu = ((await worked(session)) - before) / frames.length;

  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const nodes = await page.evaluate(
    () => document.getElementsByTagName("*").length,
  );
  const seqs = await page.evaluate(() =>
    [...document.querySelectorAll("[data-seq]")].map((l) => +l.dataset.seq),
  );

  const change = await changeLanguage(bob, session);

  bob.fine();
  return {
    ...{ frames, cpu, heap: usedSize, nodes, change },
    reached: n - Math.min(...seqs),
  };
}

const mock = await startMock({ delayMs: 5 });

try {
  await withBrowser(async (browser) => {
    const visits = [];

    for (let i = 0; i < VISITS; i++)
      visits.push(await visit(browser, mock.url));
    fill(mock, n);
    const { frames, cpu, heap, nodes, change, reached } = await scroll(
      browser,
      mock.url,
    );
    const files = visits[0].files;
    const round = (x) => Math.round(x * 10) / 10;
    const result = {
      messages: n,
      first_load_bytes: total(files),
      files: files.sort((a, b) => b.bytes - a.bytes),
      all_bundles: (await readdir(DIST)).filter((f) => f.endsWith(".js"))
        .length,
      paint_ms: round(
        quantile(
          visits.map((v) => v.paint),
          0.5,
        ),
      ),
      inside_ms: round(
        quantile(
          visits.map((v) => v.inside),
          0.5,
        ),
      ),
      scrolled_past: reached,
      frame_ms: {
        p50: round(quantile(frames, 0.5)),
        p95: round(quantile(frames, 0.95)),
        max: round(Math.max(...frames)),
      },
      cpu_ms_a_frame: round(cpu),
      language_change: {
        cpu_ms: round(change.cpu),
        tasks_over_50_ms: change.tasks.length,
        longest_ms: round(Math.max(0, ...change.tasks)),
      },
      heap_mb: round(heap / MB),
      nodes,
    };

    await writeFile(OUT, `${JSON.stringify(result, null, 2)}\n`);
    console.log(await readFile(OUT, "utf8"));
  });
} finally {
  await mock.close();
}
