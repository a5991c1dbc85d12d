// The page in a real browser, against the mock gateway: what cannot be made
// to happen at will with the real one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { guest, withMock } from "./house.mjs";
import { Reader } from "./reader.mjs";

const HELLO = {
  fr: "Bonjour à tous, comment allez-vous ?",
  en: "Hello everyone, how are you?",
  es: "Hola a todos, ¿cómo estáis?",
};

test("a translation is pending, comes, and its original is a click away", () =>
  withMock({ delayMs: 3000 }, async (browser, { mock }) => {
    const ana = await Reader.enter(browser, mock.url, "Ana", "fr");
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await ana.say(HELLO.fr);
    await bob.bubble(HELLO.fr).locator(".translating").waitFor();
    await bob.sees(HELLO.en);
    assert.equal(await bob.originalOf(HELLO.en), HELLO.fr);
    assert.equal(await ana.bubble(HELLO.fr).locator(".tag").count(), 0);
    const text = bob.bubble(HELLO.en).locator(".text").first();
    assert.equal(await text.getAttribute("lang"), "en");
    assert.equal(await text.getAttribute("dir"), "auto");
    ana.fine();
    bob.fine();
  }));

test("a failed translation says so and is asked for again on a click", () =>
  withMock({ delayMs: 50 }, async (browser, { mock }) => {
    const ana = await Reader.enter(browser, mock.url, "Ana", "fr");
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await ana.say("!once un mot");
    await bob.bubble("!once un mot").locator(".untranslated").waitFor();
    const notice = bob.page.locator(".notice");
    assert.match(
      await notice.textContent(),
      /^1 message could not be translated/,
    );
    await notice.locator("text=Try again").click();
    await bob.sees("en: !once un mot");
    await notice.waitFor({ state: "detached" });
  }));

test("a language that cannot be translated is one calm line", () =>
  withMock({ delayMs: 50 }, async (browser, { mock }) => {
    const ana = await Reader.enter(browser, mock.url, "Ana", "fr");
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    for (const n of ["un", "deux", "trois"]) await ana.say(`!pair ${n} mots`);
    await bob.bubble("!pair trois").locator(".untranslated").waitFor();
    const notice = bob.page.locator(".notice");
    assert.equal(
      await notice.textContent(),
      "Not translated into English here: French. You read these messages as they were written.",
    );
    assert.equal(await bob.page.locator("text=Try again").count(), 0);
    await notice.locator("[aria-label=Close]").click();
    await notice.waitFor({ state: "detached" });
    await ana.say("!pair encore");
    await bob.bubble("!pair encore").locator(".untranslated").waitFor();
    assert.equal(await notice.count(), 0);
  }));

test("a refused message says so; it can be discarded", () =>
  withMock({}, async (browser, { mock, world }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.write("!refuse me");
    await bob.bubble("!refuse me").locator(".failure").waitFor();
    await bob.page.click("text=Try again");
    await bob.bubble("!refuse me").locator(".failure").waitFor();
    assert.equal(world.sends, 2);
    await bob.page.click("text=Discard");
    await bob.bubble("!refuse me").waitFor({ state: "detached" });
    await bob.say("but this");
  }));

test("another language shows what is there in it and asks for the rest", () =>
  withMock({ delayMs: 100 }, async (browser, { mock, world }) => {
    const ana = await Reader.enter(browser, mock.url, "Ana", "fr");
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await ana.say(HELLO.fr);
    await bob.sees(HELLO.en);
    await bob.readIn("es");
    await bob.sees(HELLO.es);
    assert.equal(await bob.count(HELLO.en), 0);
    // What one reads says nothing about the words of the page.
    assert.equal(await bob.page.getAttribute("html", "lang"), "en");
    await ana.say("Je m’en occupe.");
    await bob.sees("Yo me encargo.");
    await bob.page.reload();
    await bob.sees(HELLO.es);
    await bob.readIn("fr");
    await bob.sees(HELLO.fr);
    assert.equal(await bob.page.locator(".tag").count(), 0);
  }));

test("markup in names, messages and translations is only text", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    const evil = '<img src=x onerror="document.title=1"><b>x</b>';
    const ana = await Reader.enter(browser, mock.url, "<i>Ana</i>", "fr");
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await ana.say(evil);
    await bob.sees(`en: ${evil}`);
    await bob.originalOf(`en: ${evil}`);
    assert.equal(await bob.page.locator(".column img, .column b").count(), 0);
    assert.equal(await bob.page.textContent(".author bdi"), "<i>Ana</i>");
    assert.equal(await bob.page.title(), "Meeshy");
  }));

test("older messages come on scrolling up, and the reader's place holds", () =>
  withMock({}, async (browser, house) => {
    const ana = guest("ana");
    for (let i = 1; i <= 170; i++)
      house.mock.save(ana, { content: `line ${i}.`, originalLanguage: "en" });
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en");
    await bob.sees("line 170.");
    assert.equal(await bob.count("line"), 50);
    await bob.painted(); // the list has found its end
    const line = bob.bubble("line 121.");
    // Its place at once: the scroll event, and more messages, come later.
    const before = await line.evaluate((bubble) => {
      document.querySelector(".scroller").scrollTop = 120;
      return bubble.getBoundingClientRect().y;
    });
    await bob.bubble("line 71.").waitFor({ state: "attached" });
    await bob.painted();
    const after = await line.boundingBox();
    assert.ok(Math.abs(after.y - before) < 5, `${before} to ${after.y}`);
    house.mock.save(ana, { content: "line 171.", originalLanguage: "en" });
    await bob.page.click(".jump:has-text('1 new')").catch(() => {
      assert.fail("no word of the new message");
    });
    await bob.sees("line 171.");
    await bob.page.waitForSelector(".jump", { state: "detached" });
  }));

test("in another language the reader's place holds, and no more is asked for than is near it", () =>
  withMock({ delayMs: 10 }, async (browser, { mock, world }) => {
    const ana = guest("ana");
    for (let i = 1; i <= 400; i++)
      mock.save(ana, { content: `ligne ${i}.`, originalLanguage: "fr" });
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    const { page } = bob;
    for (const line of [351, 301, 251, 201]) {
      await bob.bubble(`ligne ${line}.`).waitFor({ state: "attached" });
      await page.evaluate(() => {
        document.querySelector(".scroller").scrollTop = 0;
      });
    }
    await bob.bubble("ligne 151.").waitFor({ state: "attached" });
    const line = bob.bubble("ligne 210.");
    await line.evaluate((bubble) => {
      bubble.scrollIntoView({ block: "start" });
    });
    await bob.painted();
    const before = await line.boundingBox();
    await bob.readIn("es");
    await bob.sees("es: ligne 210.");
    const after = await bob.bubble("es: ligne 210.").boundingBox();
    assert.ok(Math.abs(after.y - before.y) < 5, `${before.y} to ${after.y}`);
    await page.waitForFunction(() => !document.querySelector(".translating"));
    const asked = world.messages.filter((m) => m.translations.es).length;
    assert.ok(asked > 10 && asked <= 120, `${asked} asked for`);
    await page.click(".jump");
    await bob.sees("es: ligne 400.");
    bob.fine();
  }));

test("an account is made, is refused to others, and is entered again", () =>
  withMock({}, async (browser, { mock }) => {
    const bob = await Reader.open(browser, mock.url);
    const { page } = bob;
    const fill = async (name, password) => {
      await page.click("text=Account");
      await page.fill("[name=username]", name);
      await page.fill("[name=password]", password);
    };
    await fill("bob", "not-mine!");
    await page.click("[type=submit]");
    await page.waitForSelector("text=The name or the password is wrong");
    await page.click("text=I am new here");
    await page.click("[type=submit]");
    await bob.online();
    await bob.leave();
    await fill("bob", "not-mine!");
    await page.click("[type=submit]");
    await bob.online();
    await bob.leave();
    await fill("bob", "not-mine!");
    await page.click("text=I am new here");
    await page.click("[type=submit]");
    await page.waitForSelector("text=This name is taken");
  }));

test("a narrow phone shows everything without scrolling sideways", () =>
  withMock({ delayMs: 10 }, async (browser, { mock }) => {
    for (const width of [320, 360]) {
      const bob = await Reader.open(browser, mock.url, {
        viewport: { width, height: 640 },
        isMobile: true,
        hasTouch: true,
      });
      assert.equal(await bob.scrollsSideways(), false);
      await bob.page.fill("[name=username]", "W".repeat(40));
      await bob.page.click("[type=submit]");
      await bob.online();
      assert.equal(await bob.page.locator(".rooms").isVisible(), false);
      await bob.say("w".repeat(300));
      await bob.write(`!refuse ${"long ".repeat(30)}`);
      await bob.page.waitForSelector(".failure");
      assert.equal(await bob.scrollsSideways(), false);
      const last = bob.page.locator(".composer .send, .composer .record");
      const box = await last.boundingBox();
      assert.ok(box.x + box.width <= width);
    }
  }));

test("keys: Enter sends, Shift+Enter makes a line, too long is not sent", () =>
  withMock({}, async (browser, { mock, world }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.page.focus("textarea");
    await bob.page.keyboard.type("one");
    await bob.page.keyboard.press("Shift+Enter");
    await bob.page.keyboard.type("two");
    await bob.page.keyboard.press("Enter");
    await bob.bubble("one").locator(".sent").waitFor();
    assert.equal(world.messages[0].content, "one\ntwo");
    await bob.page.fill("textarea", "x".repeat(4001));
    await bob.page.press("textarea", "Enter");
    await bob.page.waitForSelector("text=1 character too many");
    await bob.page.press("textarea", "Backspace");
    await bob.page.waitForSelector("text=0 characters left");
    assert.equal(world.messages.length, 1);
  }));

test("edits and deletions are seen as they happen", () =>
  withMock({ delayMs: 20 }, async (browser, { mock, world }) => {
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    mock.save(guest("ana"), { content: "un" });
    await bob.sees("en: un");
    mock.edit(world.messages[0], "deux");
    await bob.sees("en: deux");
    await bob.bubble("en: deux").locator("text=edited").waitFor();
    assert.equal(await bob.originalOf("en: deux"), "deux");
    mock.remove(world.messages[0]);
    await bob.sees("Message deleted");
    assert.equal(await bob.page.locator(".bubble").count(), 1);
  }));

test("others see who is writing", () =>
  withMock({}, async (browser, { mock }) => {
    const ana = await Reader.enter(browser, mock.url, "Ana", "fr");
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await ana.page.type("textarea", "Bon");
    await bob.page.waitForSelector("text=Ana is writing");
    await ana.page.press("textarea", "Enter");
    await bob.page.waitForSelector(".typing", { state: "detached" });
  }));

test("who is at the end stays there, though texts grow before the move is told", () =>
  withMock({}, async (browser, { mock }) => {
    for (let i = 0; i < 40; i++)
      mock.save(guest("Ana"), { content: `Line ${i}` });
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    await bob.sees("Line 39");
    const left = await bob.page.evaluate(async () => {
      const box = document.querySelector(".scroller");
      box.scrollTop -= 20;
      box.scrollTop = box.scrollHeight;
      [...box.querySelectorAll(".line")].at(-1).style.paddingBottom = "300px";
      for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame);
      return box.scrollHeight - box.scrollTop - box.clientHeight;
    });
    assert.ok(left < 2, `${left} px below`);
    bob.fine();
  }));
