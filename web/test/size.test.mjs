// What the first visit loads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withMock } from "./house.mjs";
import { total, visit } from "./visit.mjs";

/** One of each language that the page speaks. */
const LOCALES = [
  ...["en-GB", "fr-FR", "es-ES", "de-DE"],
  ...["pt-BR", "it-IT", "ca-ES", "ar-EG"],
];
/** Compressed, with the typeface. */
const FIRST_LOAD_BYTES_MAX = 90_000;

for (const locale of LOCALES)
  test(`the first visit loads less than 90 kB until one is inside: ${locale}`, () =>
    withMock({}, async (browser, { mock }) => {
      const { files } = await visit(browser, mock.url, locale);
      const said = files.map((one) => `${one.name} ${one.bytes}`).join("\n");
      const sum = total(files);
      assert.ok(
        files.some(({ name }) => name.startsWith("shell")),
        said,
      );
      assert.ok(sum < FIRST_LOAD_BYTES_MAX, `${sum}\n${said}`);
    }));
