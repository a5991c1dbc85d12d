// A view, looked at by axe-core.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** No violation of any rule, of which each is said with its places. */
export async function clean(reader, view) {
  const { page } = reader;
  await page.evaluate(await readFile(AXE, "utf8"));
  await page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (animation.effect.getTiming().iterations !== Infinity)
        animation.finish();
  });
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((n) => `${n.target} ${n.failureSummary}`).join("; ")}`,
    );
  });
  assert.deepEqual(found, [], view);
}
