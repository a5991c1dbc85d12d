// What a user of the page once found wrong, and how it is now.
import assert from "node:assert/strict";
import { test } from "node:test";
import { guest, withMock } from "./house.mjs";
import { Reader } from "./reader.mjs";

const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

test("the composer has the focus as soon as one is in", () =>
  withMock({}, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.page.keyboard.type("hello at once");
    await bob.page.keyboard.press("Enter");
    await bob.sees("hello at once");
  }));

test("with a finger Enter makes a line, and the button sends", () =>
  withMock({}, async (browser, { mock, world }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en", PHONE);
    await bob.page.tap("textarea");
    await bob.page.keyboard.type("one");
    await bob.page.keyboard.press("Enter");
    await bob.page.keyboard.type("two");
    await bob.page.tap(".composer .send");
    await bob.bubble("one").locator(".sent").waitFor();
    assert.deepEqual(
      world.messages.map((m) => m.content),
      ["one\ntwo"],
    );
  }));

for (const locale of ["en", "fr", "es", "de", "pt", "it", "ca", "ar"])
  test(`what a phone asks for has one line in its field: ${locale}`, () =>
    withMock({}, async (browser, { mock }) => {
      const narrow = { ...PHONE, viewport: { width: 320, height: 640 } };
      const bob = await Reader.enter(browser, mock.url, "Bob", "en", {
        ...narrow,
        locale,
      });
      const lines = await bob.page.$eval("textarea", (field) => {
        const { lineHeight, paddingTop, paddingBottom } =
          getComputedStyle(field);
        const inside =
          field.scrollHeight -
          parseFloat(paddingTop) -
          parseFloat(paddingBottom);
        return Math.round(inside / parseFloat(lineHeight));
      });
      assert.equal(lines, 1);
    }));

test("a message unsent when the tab closes is sent by the next one", () =>
  withMock({}, async (browser, house) => {
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en");
    await house.stop();
    await bob.offline();
    await bob.write("do not lose me");
    await bob.bubble("do not lose me").waitFor();
    await bob.page.close();
    await house.start();
    await bob.openTab(house.mock.url);
    await bob.bubble("do not lose me").locator(".sent").waitFor();
    await house.saved(1);
    assert.equal(house.world.messages.length, 1);
  }));

test("a draft is there again after a reload, and gone once sent", () =>
  withMock({}, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.page.keyboard.type("half a thought");
    await bob.page.reload();
    await bob.online();
    assert.equal(await bob.page.inputValue("textarea"), "half a thought");
    await bob.page.press("textarea", "Enter");
    await bob.bubble("half a thought").locator(".sent").waitFor();
    await bob.page.reload();
    await bob.online();
    assert.equal(await bob.page.inputValue("textarea"), "");
  }));

test("a guest is asked before leaving for good", () =>
  withMock({}, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.page.click(".me");
    await bob.page.click(".settings .leave");
    await bob.page.waitForSelector("text=nobody can come back as you");
    await bob.page.click("text=Stay");
    await bob.say("still here");
    await bob.leave();
    await bob.page.waitForSelector("[name=username]");
  }));

test("who has no account is marked as a guest", () =>
  withMock({}, async (browser, { mock, world }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    mock.save({ ...guest("ana"), guest: true }, { content: "un" });
    mock.save({ ...guest("eva"), guest: false }, { content: "deux" });
    await bob.sees("en: deux");
    const mark = (text) => bob.bubble(text).locator(".author .guest-mark");
    assert.equal(await mark("en: un").count(), 1);
    assert.equal(await mark("en: deux").count(), 0);
    assert.equal(world.messages.length, 2);
  }));

test("the page says that the translator is away, and that it is back", () =>
  withMock({}, async (browser, { mock, world }) => {
    const bob = await Reader.open(browser, mock.url);
    await bob.page.clock.install();
    world.translator = "away";
    await bob.page.fill("[name=username]", "Bob");
    await bob.page.click("[type=submit]");
    await bob.online();
    await bob.page.waitForSelector(".notice.away");
    world.translator = "healthy";
    await bob.page.clock.runFor(11_000);
    await bob.page.waitForSelector(".notice.back");
    await bob.page.clock.runFor(7_000);
    await bob.page.waitForSelector(".notice", { state: "detached" });
  }));

test("a screen reader hears each message once, in the reader's language", () =>
  withMock({ delayMs: 150 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.page.evaluate(() => {
      window.heard = [];
      new MutationObserver((changes) => {
        for (const { addedNodes, type, target } of changes) {
          const at = target.nodeType === 1 ? target : target.parentElement;
          if (!at.closest("[aria-live=polite], [role=log]")) continue;
          if (type === "characterData") window.heard.push(target.data);
          for (const node of addedNodes) window.heard.push(node.textContent);
        }
      }).observe(document.body, {
        childList: true,
        subtree: true,
        characterData: true,
      });
    });
    mock.save(guest("Ana"), { content: "La maison est grande." });
    await bob.sees("The house is big.");
    mock.save(guest("Ana"), { content: "!pair Autre chose" });
    await bob.bubble("!pair").locator(".untranslated").waitFor();
    await bob.painted();
    assert.deepEqual(await bob.page.evaluate(() => window.heard), [
      "Ana: The house is big.",
      "Ana: !pair Autre chose",
    ]);
  }));

test("the name of who writes from right to left stands at the bubble", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    mock.save(
      { ...guest("x"), displayName: "سلمى" },
      { content: "La maison est grande." },
    );
    await bob.sees("The house is big.");
    const author = await bob.page.locator(".author bdi").boundingBox();
    const bubble = await bob.page.locator(".bubble").boundingBox();
    assert.ok(author.x - bubble.x < 20, `${author.x - bubble.x} px away`);
  }));

test("the time stands on the last line of a text, whatever its direction", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.say("several\nlines\nhere");
    const lines = await bob.page.evaluate(() => {
      const { bottom } = document
        .querySelector(".bubble .meta")
        .getBoundingClientRect();
      const text = document.querySelector(".bubble .text");
      const rects = [...text.getClientRects()];
      return {
        meta: bottom,
        first: rects[0].bottom,
        last: rects.at(-1).bottom,
      };
    });
    assert.ok(lines.meta > lines.last - 8, JSON.stringify(lines));
    assert.ok(lines.meta > lines.first + 20, JSON.stringify(lines));
  }));

test("a one-line message keeps its height when its translation comes", () =>
  withMock({ delayMs: 200 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    mock.save(guest("Ana"), { content: "La maison est grande." });
    const pending = bob.bubble("La maison est grande.");
    // Of the layout: it may still be coming in, a little smaller.
    const height = (bubble) => bubble.evaluate((e) => e.offsetHeight);
    const before = await height(pending);
    await bob.sees("The house is big.");
    assert.equal(await height(bob.bubble("The house is big.")), before);
  }));

test("an override of direction turns nothing around", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.write("abc \u202etxt.exe");
    await bob.page.waitForSelector(".bubble .sent");
    const text = await bob.page.textContent(".bubble .text");
    assert.equal(text, "abc txt.exe");
  }));

test("emoji, numbers and links alone carry no mark of a language", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    for (const content of ["🎉", "12:30", "https://example.org/x"])
      mock.save(guest("Ana"), { content });
    await bob.sees("12:30");
    await bob.page.waitForSelector(".bubble a");
    assert.equal(await bob.page.locator(".tag").count(), 0);
    assert.equal(await bob.page.locator(".bubble.emoji").count(), 1);
  }));

test("addresses without http and of mail are links too", () =>
  withMock({}, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.say("www.example.org or ana@example.org.");
    const links = await bob.page
      .locator(".bubble a")
      .evaluateAll((all) => all.map((a) => a.href));
    assert.deepEqual(links, [
      "https://www.example.org/",
      "mailto:ana@example.org",
    ]);
  }));

test("the colour of a person is not that of a language", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    mock.save(guest("Ana"), { content: "La maison est grande." });
    await bob.sees("The house is big.");
    const colour = (selector) =>
      bob.page
        .locator(selector)
        .first()
        .evaluate((node) => getComputedStyle(node).color);
    assert.equal(await colour(".tag"), await colour(".bubble time"));
    assert.notEqual(await colour(".tag"), await colour(".author"));
  }));

test("an old error goes as soon as the form is corrected", () =>
  withMock({}, async (browser, { mock }) => {
    const { page } = await Reader.open(browser, mock.url);
    await page.click("text=Account");
    await page.fill("[name=username]", "bob");
    await page.fill("[name=password]", "not-mine!");
    await page.click("[type=submit]");
    await page.waitForSelector("text=The name or the password is wrong");
    await page.fill("[name=password]", "another one");
    assert.equal(await page.textContent(".problem"), "");
  }));

test("200 % text on a phone leaves every control within reach", () =>
  withMock({}, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en", PHONE);
    const { page } = bob;
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    assert.equal(await bob.scrollsSideways(), false);
    await page.click("[aria-label='Back to the rooms']");
    await page.click(".me");
    for (const place of [".reads", ".writes"]) {
      const button = page.locator(`.settings ${place} .language-button`);
      await button.scrollIntoViewIfNeeded();
      const box = await button.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
      assert.ok(box.width > 100, JSON.stringify(box));
    }
  }));

test("hundreds of messages on the page are a window of the room", () =>
  withMock({}, async (browser, { mock }) => {
    const ana = guest("ana");
    for (let i = 1; i <= 900; i++)
      mock.save(ana, { content: `line ${i}.`, originalLanguage: "en" });
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.sees("line 900.");
    for (let at = 851; at > 1; at -= 50) {
      await bob.page.evaluate(() => {
        document.querySelector(".scroller").scrollTop = 0;
      });
      await bob
        .bubble(`line ${at - 1}.`)
        .first()
        .waitFor({ state: "attached" });
    }
    assert.ok((await bob.page.locator(".line").count()) <= 300);
    await bob.page.click(".jump");
    await bob.sees("line 900.");
    await bob.page.waitForSelector(".jump", { state: "detached" });
    bob.fine();
  }));

test("what can be done with a message stands beside its bubble", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    mock.save(guest("Ana"), { content: "Oui." });
    await bob.say("Yes.");
    for (const [text, mine] of [
      ["Oui.", false],
      ["Yes.", true],
    ]) {
      const bubble = bob.bubble(text);
      await bubble.hover();
      const box = await bubble.boundingBox();
      const tools = await bubble.locator(".tools").boundingBox();
      const gap = mine
        ? box.x - (tools.x + tools.width)
        : tools.x - (box.x + box.width);
      assert.ok(gap >= 0 && gap < 8, `${text} ${gap}`);
    }
    await bob.bubble("Oui.").hover();
    await bob.bubble("Oui.").locator(".icon-reply").click();
    await bob.page.waitForSelector(".composer .about");
  }));

test("without colours one still sees which room is open, and what is a button", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en", {
      forcedColors: "active",
    });
    const drawn = (selector, edge) =>
      bob.page
        .locator(selector)
        .first()
        .evaluate((node, e) => getComputedStyle(node)[e], edge);
    const open = ".room-line[aria-current=page]";
    assert.equal(await drawn(open, "outlineStyle"), "solid");
    for (const box of [".composer-in", ".primary"])
      assert.equal(await drawn(box, "borderTopStyle"), "solid", box);
  }));

test("a time says its date, and a message says who and when", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    mock.save(guest("Ana"), { content: "La maison est grande." });
    await bob.sees("The house is big.");
    const year = String(new Date().getFullYear());
    const title = await bob.page.getAttribute(".bubble time", "title");
    assert.ok(title.includes(year), title);
    const name = await bob.page.getAttribute(".line", "aria-label");
    assert.match(name, /^Ana, \d/);
  }));

test("a language on another device of mine is here at once", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const here = await Reader.enter(browser, mock.url, "Bob", "en");
    const context = here.page.context();
    const there = Object.assign(new Reader(), {
      page: await context.newPage(),
    });
    await there.page.goto(mock.url);
    await there.online();
    mock.save(guest("Ana"), { content: "La maison est grande." });
    await here.sees("The house is big.");
    await there.readIn("es");
    await there.sees("La casa es grande.");
    await here.sees("La casa es grande.");
  }));
