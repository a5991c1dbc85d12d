// What the first visit loads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withMock } from "./house.mjs";
import { total, visit } from "./visit.mjs";

/** Compressed, with the typeface. */
const FIRST_LOAD_BYTES_MAX = 90_000;

test("the first visit loads less than 90 kB until one is inside", () =>
  withMock({}, async (browser, { mock }) => {
    const { files } = await visit(browser, mock.url);
    const said = files.map(({ name, bytes }) => `${name} ${bytes}`).join("\n");
    assert.ok(
      files.some(({ name }) => name.startsWith("shell")),
      said,
    );
    assert.ok(total(files) < FIRST_LOAD_BYTES_MAX, `${total(files)}\n${said}`);
  }));
