// SPDX-License-Identifier: ISC
// For tests of the page with the real programs: people in browsers, and what
// several tests have them do.
import { Reader, withBrowser } from "../../web/test/reader.mjs";
import { inHouse } from "./house.mjs";

/** test(browser, house), with programs and a browser of its own. */
export function onPage(test, env) {
  return inHouse(
    (house) => withBrowser((browser) => test(browser, house)),
    env,
  );
}

/** Amélie, who reads French, and Bob, who reads English. */
export async function two(browser, url) {
  return {
    amelie: await Reader.enter(browser, url, "Amélie", "fr"),
    bob: await Reader.enter(browser, url, "Bob", "en"),
  };
}

/** Out of the menu of a message. */
export async function act({ page }, text, action) {
  await page
    .locator(".bubble", { hasText: text })
    .first()
    .click({ button: "right" });
  await page.click(`[role=menuitem]:has-text("${action}")`);
}

export async function makeRoom({ page }, name, kind = "Public") {
  await page.click("[aria-label='New room']");
  await page.fill("[name=title]", name);
  await page.click(`.kind:has-text("${kind}")`);
  await page.click(".modal .primary");
  await page.waitForSelector(`.talk-name:has-text("${name}")`);
}

export async function join({ page }, name) {
  await page.keyboard.press("Control+k");
  await page.fill(".switcher input", name);
  await page.click(`.option:has-text('${name}')`);
  await page.waitForSelector(`.talk-name:has-text("${name}")`);
}
