// SPDX-License-Identifier: ISC
// Files and voices on the page, with the real programs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { launch } from "../../web/test/chromium.mjs";
import { Reader } from "../../web/test/reader.mjs";
import { inHouse } from "../lib/house.mjs";
import { onPage } from "../lib/page.mjs";
import { png } from "../lib/pictures.mjs";
import { until } from "../lib/wait.mjs";

/** A red square of 2 pixels. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP8z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==",
  "base64",
);
const picture = { name: "market.png", mimeType: "image/png", buffer: PNG };
const text = {
  name: "list.txt",
  mimeType: "text/plain",
  buffer: Buffer.from("two tables\n"),
};

const attach = ({ page }, ...files) =>
  page.setInputFiles(".composer input[type=file]", files);
const attached = ({ page }, n) =>
  page.waitForFunction(
    (wanted) =>
      document.querySelectorAll(".strip li").length === wanted &&
      document.querySelectorAll(".strip progress").length === 0,
    n,
  );

test("a picture and a list are sent with words, seen and saved", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.enter(browser, url, "Amélie", "fr");
    const bob = await Reader.enter(browser, url, "Bob", "en");

    await attach(amelie, picture, text);
    await attached(amelie, 2);
    await amelie.say("La maison est grande.");
    await bob.translated("house").waitFor();
    const bubble = bob.translated("house");

    await bubble.locator(".picture img").waitFor();
    assert.ok(
      await bubble.locator(".picture img").evaluate((img) => img.naturalWidth),
    );
    await bubble.locator(".picture").click();
    await bob.page.waitForSelector(".picture-view img");
    await bob.page.keyboard.press("Escape");
    const download = bob.page.waitForEvent("download");

    await bubble.locator(".file-card .icon-button").click();
    assert.equal((await download).suggestedFilename(), "list.txt");
    assert.equal(await amelie.page.locator(".strip li").count(), 0);
    amelie.fine();
    bob.fine();
  }));

test("a picture has its shape before it comes, small, and whole on a click", () =>
  onPage(async (browser, { url }) => {
    const amelie = await Reader.enter(browser, url, "Amélie", "fr");
    const bob = await Reader.enter(browser, url, "Bob", "en");
    let letGo;
    const gate = new Promise((done) => (letGo = done));

    await bob.page.route("**/thumbnail", async (route) => {
      await gate;
      await route.continue();
    });
    await attach(amelie, { ...picture, buffer: png(1600, 800) });
    await attached(amelie, 1);
    await amelie.page.click(".composer .send");
    const box = bob.page.locator(".line .picture");

    await box.waitFor();
    // As it is laid out: a bubble grows while it arrives, which is not its size.
    const size = () =>
      box.evaluate(({ offsetWidth, offsetHeight }) => [
        offsetWidth,
        offsetHeight,
      ]);
    const before = await size();

    assert.ok(Math.abs(before[0] / before[1] - 2) < 0.05);
    letGo();
    const shown = box.locator("img");

    await shown.waitFor();
    await until(
      async () => (await shown.evaluate((img) => img.naturalWidth)) === 640,
      "the small copy is there",
    );
    assert.deepEqual(await size(), before);
    await box.click();
    const whole = bob.page.locator(".picture-view img");

    await until(
      async () => (await whole.evaluate((img) => img.naturalWidth)) === 1600,
      "the whole is there",
    );
    amelie.fine();
    bob.fine();
  }));

test("a file is taken back before it is sent, and dropped in again", () =>
  onPage(async (browser, { url }) => {
    const bob = await Reader.enter(browser, url, "Bob", "en");
    const { page } = bob;

    await attach(bob, text);
    await attached(bob, 1);
    await page.click(".strip .icon-button");
    await page.locator(".strip").waitFor({ state: "detached" });
    const drop = (name) =>
      page.evaluate((type) => {
        const data = new DataTransfer();

        data.items.add(new File(["two tables"], "list.txt"));
        dispatchEvent(new DragEvent(type, { dataTransfer: data }));
      }, name);

    await drop("dragenter");
    await page.waitForSelector(".drop-here");
    await drop("drop");
    await attached(bob, 1);
    await page.click(".composer .send");
    await page.waitForSelector(".line .file-card:has-text('list.txt')");
    await page.waitForSelector(".room-last:has-text('list.txt')");
    bob.fine();
  }));

test("a voice is recorded, and heard by somebody else", () =>
  inHouse(async ({ url }) => {
    const browser = await launch([
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
    ]);

    try {
      const amelie = await Reader.enter(browser, url, "Amélie", "fr", {
        permissions: ["microphone"],
      });
      const bob = await Reader.enter(browser, url, "Bob", "en");

      await amelie.page.click(".record");
      await amelie.page.waitForSelector(".recording b:has-text('0:01')");
      await amelie.page.click(".recording .send");
      await amelie.page.waitForSelector(".line .voice");
      await bob.page.click(".line .voice-play");
      await bob.page.waitForSelector(".voice-play[aria-label='Pause']");
      await bob.page.waitForSelector(".voice-play[aria-label='Play']");
      await bob.page.waitForSelector(".room-last:has-text('Voice message')");
      amelie.fine();
      bob.fine();
    } finally {
      await browser.close();
    }
  }));

test("a phone shows files without scrolling sideways", () =>
  onPage(async (browser, { url }) => {
    const bob = await Reader.enter(browser, url, "Bob", "en", {
      viewport: { width: 320, height: 600 },
      isMobile: true,
      hasTouch: true,
    });

    await attach(bob, picture, { ...text, name: `${"w".repeat(120)}.txt` });
    await attached(bob, 2);
    assert.equal(await bob.scrollsSideways(), false);
    await bob.page.click(".composer .send");
    await bob.page.waitForSelector(".picture img");
    assert.equal(await bob.scrollsSideways(), false);
    await attach(bob, { ...picture, buffer: png(1600, 900) });
    await attached(bob, 1);
    await bob.page.click(".composer .send");
    const large = bob.page.locator(".picture").nth(1);

    await large.waitFor();
    const [inner, outer] = await large.evaluate((box) =>
      [box, box.closest(".bubble")].map((one) => one.getBoundingClientRect()),
    );

    assert.ok(inner.width > 150 && inner.right <= outer.right);
    assert.ok(inner.left >= outer.left);
  }));
