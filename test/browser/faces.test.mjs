// SPDX-License-Identifier: ISC
// Pictures of people and rooms on the page, with the real programs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Reader } from "../../web/test/reader.mjs";
import { makeRoom, onPage, two } from "../lib/page.mjs";
import { png } from "../lib/pictures.mjs";

const red = {
  name: "me.png",
  mimeType: "image/png",
  buffer: png(300, 200, () => [200, 40, 40]),
};
const notes = {
  name: "me.png",
  mimeType: "image/png",
  buffer: Buffer.from("no picture"),
};

const choose = ({ page }, file) =>
  page.setInputFiles(".picture-field input[type=file]", file);

/** A picture is painted in this place, in the colour that was sent. */
async function painted({ page }, place) {
  const img = page.locator(`${place} img`).first();

  await img.waitFor();
  const colour = await img.evaluate(async (it) => {
    await it.decode();
    const canvas = document.createElement("canvas");

    canvas.width = canvas.height = 1;
    const paint = canvas.getContext("2d");

    paint.drawImage(it, 0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  });

  assert.ok(colour[0] > 150 && colour[1] < 90 && colour[2] < 90, `${colour}`);
}

const gone = ({ page }, place) =>
  page.locator(`${place} img`).waitFor({ state: "detached" });

test("my picture is at once wherever others see me, and mine", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await amelie.say("La maison est grande.");
    await bob.translated("house").waitFor();
    await amelie.page.click(".me");
    await choose(amelie, red);
    await painted(amelie, ".picture-field");
    await painted(amelie, ".me");
    await painted(bob, ".line > .avatar");
    await painted(bob, ".panel .person");
    await amelie.page.click(".picture-field .plain");
    await gone(amelie, ".me");
    await gone(bob, ".line > .avatar");
    amelie.fine();
    bob.fine();
  }));

test("who comes later sees it too, and a room of two looks as the other", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await bob.say("hello");
    await bob.page.click(".me");
    await choose(bob, red);
    await painted(bob, ".me");
    await amelie.page.reload();
    await amelie.online();
    await painted(amelie, ".panel .person");
    await amelie.page.click(".panel .person .icon-button");
    await amelie.page.waitForSelector(".talk-name:has-text('Bob')");
    await painted(amelie, ".talk-head .room-face");
    await painted(amelie, ".room-line[aria-current=page]");
    amelie.fine();
    bob.fine();
  }));

test("a room's picture is chosen by who may rename it, and seen in the lists", () =>
  onPage(async (browser, { url }) => {
    const { amelie, bob } = await two(browser, url);

    await makeRoom(amelie, "Marché");
    await amelie.page.click(".panel .act:has-text('Room settings')");
    await choose(amelie, red);
    await painted(amelie, ".picture-field");
    await amelie.page.keyboard.press("Escape");
    await painted(amelie, ".talk-head .room-face");
    await painted(amelie, ".panel-room");
    await painted(amelie, ".room-line[aria-current=page]");
    await bob.page.keyboard.press("Control+k");
    await bob.page.fill(".switcher input", "Marché");
    await painted(bob, ".option:has-text('Marché')");
    amelie.fine();
    bob.fine();
  }));

test("what is no picture says so, and the initials stay", () =>
  onPage(async (browser, { url }) => {
    const bob = await Reader.enter(browser, url, "Bob", "en");

    await bob.page.click(".me");
    await choose(bob, notes);
    await bob.page.waitForSelector("text=This picture cannot be used.");
    assert.equal(await bob.page.locator(".me img").count(), 0);
    bob.fine();
  }));
