// Every view, looked at by axe-core, and a walk with the keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clean } from "./axe.mjs";
import { guest, withMock } from "./house.mjs";
import { Reader } from "./reader.mjs";

const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** A talk with everything that a message can be. */
async function talk(house) {
  const { mock, world } = house;
  const ana = guest("Ana");
  mock.save(ana, { content: "La maison est grande." });
  mock.save(ana, { content: "!pair Autre chose" });
  mock.save(ana, { content: "!rough Peut-être." });
  mock.save(ana, { content: "🎉" });
  mock.save(ana, { content: "à supprimer" });
  mock.remove(world.messages.at(-1));
  mock.save(ana, { content: "!never sans fin" });
}

for (const [name, options] of [
  ["a desk", {}],
  ["a phone", PHONE],
  ["the dark", { colorScheme: "dark" }],
  ["strong contrast", { contrast: "more" }],
  ["Arabic", { locale: "ar-EG" }],
])
  test(`axe finds nothing on any view: ${name}`, () =>
    withMock({ delayMs: 20 }, async (browser, house) => {
      const bob = await Reader.open(browser, house.mock.url, options);
      const { page } = bob;
      await page.waitForSelector(".entry");
      await clean(bob, "the door");
      await page.click(".reads .language-button");
      await page.waitForSelector(".picker .option");
      await clean(bob, "languages");
      await page.keyboard.press("Escape");
      await page.fill("[name=username]", "Bob");
      await bob.choose(".entry .reads", "en");
      await page.click("[type=submit]");
      await bob.online();
      await page.waitForSelector(".empty");
      await clean(bob, "an empty room");
      await talk(house);
      await bob.page.waitForSelector(".bubble.rough");
      await bob.say("Yes, I see.");
      await bob.write("!refuse this");
      await page.waitForSelector(".failure");
      await clean(bob, "a talk");
      await page.locator(".line.mine").first().focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector("[role=menu]");
      await clean(bob, "the menu of a message");
      await page.keyboard.press("Escape");
      if (options.isMobile) {
        await page.click(".talk-head [aria-label=Details]");
        await page.waitForSelector(".panel");
        await clean(bob, "details");
        await page.locator(".panel-head .icon-button").click();
        await page.locator(".only-phone").click();
        await clean(bob, "the rooms");
      }
      await page.click(".me");
      await page.waitForSelector(".settings");
      await clean(bob, "settings");
      await page.keyboard.press("Escape");
      await page.locator(".rooms-head .icon-button").last().click();
      await page.waitForSelector("[name=title]");
      await clean(bob, "a new room");
      bob.fine();
    }));

test("everything is reached and done with the keyboard alone", () =>
  withMock({ delayMs: 20 }, async (browser, house) => {
    const bob = await Reader.open(browser, house.mock.url);
    const { keyboard } = bob.page;
    await bob.page.waitForSelector("[name=username]");
    await keyboard.type("Bob");
    await keyboard.press("Enter");
    await bob.online();
    await keyboard.type("first");
    await keyboard.press("Enter");
    await bob.bubble("first").locator(".sent").waitFor();
    // Up edits the last one.
    await keyboard.press("ArrowUp");
    await bob.page.waitForSelector(".about");
    await keyboard.press("End");
    await keyboard.type(" and better");
    await keyboard.press("Enter");
    await bob.bubble("first and better").locator("text=edited").waitFor();
    // To a message by arrows, its menu by Enter, a reply by Enter.
    house.mock.save(guest("Ana"), { content: "La maison est grande." });
    await bob.sees("The house is big.");
    await keyboard.press("Shift+Tab");
    await bob.page.locator(".scroller").focus();
    await keyboard.press("ArrowUp");
    await keyboard.press("Enter");
    await bob.page.waitForSelector("[role=menuitem]:focus");
    await keyboard.press("Enter");
    await bob.page.waitForSelector("textarea:focus");
    await keyboard.type("so it is");
    await keyboard.press("Enter");
    await bob.bubble("so it is").locator(".quote").waitFor();
    assert.equal(
      await bob.bubble("so it is").locator(".quote-text").textContent(),
      "The house is big.",
    );
    // Another room by Ctrl+K.
    await keyboard.press("Control+k");
    await bob.page.waitForSelector(".switcher input:focus");
    await keyboard.type("every");
    await keyboard.press("Enter");
    await bob.page.waitForSelector(".switcher", { state: "detached" });
    bob.fine();
  }));

test("the first Tab leads to a way past everything to writing", () =>
  withMock({}, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
    });
    await bob.page.keyboard.press("Tab");
    assert.equal(
      await bob.page.evaluate(() => document.activeElement.className),
      "skip",
    );
  }));

test("what a finger meets is at least 44 pixels", () =>
  withMock({ delayMs: 20 }, async (browser, house) => {
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en", PHONE);
    await talk(house);
    await bob.page.waitForSelector(".bubble.rough");
    const small = () =>
      bob.page.evaluate(() =>
        [...document.querySelectorAll("button, a.room-line, input, textarea")]
          .filter((node) => node.offsetParent && !node.closest(".hidden"))
          .map((node) => {
            const box = node.getBoundingClientRect();
            const after = getComputedStyle(node, "::after");
            const more = after.position === "absolute";
            const grow = (side) =>
              more ? Math.max(0, -parseFloat(after[side]) || 0) : 0;
            const height = box.height + grow("top") + grow("bottom");
            return { height, name: node.className, text: node.textContent };
          })
          .filter(({ height }) => height < 43.5),
      );
    assert.deepEqual(await small(), []);
    await bob.page.locator(".only-phone").click();
    assert.deepEqual(await small(), []);
  }));
