// Somebody in front of the page, in a browser of their own.
import assert from "node:assert/strict";
import { launch } from "./chromium.mjs";

const PATIENCE_MS = Number(process.env.MEESHY_PATIENCE_MS ?? 30_000);

/** Of everybody who registers. */
export const PASSWORD = "correct horse battery";
/** Bubbles with a translation. */
export const TRANSLATED = ".bubble.translated, .bubble.rough";

/** Run a test with a browser of its own, and close it whatever happens.  (One
 * for a whole file wants a root hook, which Node 18 runs too early.) */
export async function withBrowser(test) {
  const browser = await launch();
  try {
    await test(browser);
  } finally {
    await browser.close();
  }
}

export class Reader {
  errors = [];

  /** options: playwright's of a context (locale, viewport, colorScheme). */
  static async open(browser, url, options = {}) {
    const reader = new Reader();
    reader.context = await browser.newContext({ locale: "en-GB", ...options });
    await reader.openTab(url);
    return reader;
  }

  /** One after another was closed is in the same browser. */
  async openTab(url) {
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(PATIENCE_MS);
    this.page.on("pageerror", (error) => this.errors.push(error.message));
    await this.page.goto(url);
  }

  /** Through the door as a guest, into the room. */
  static async enter(browser, url, name, language, options = {}) {
    const reader = await Reader.open(browser, url, options);
    const { page } = reader;
    await page.fill("[name=username]", name);
    await reader.choose(".entry .reads", language);
    await page.click("[type=submit]");
    await reader.online();
    return reader;
  }

  /** The same with a new account. */
  static async register(browser, url, name, language, options = {}) {
    const reader = await Reader.open(browser, url, options);
    const { page } = reader;
    await page.click(".tabs button:nth-child(2)");
    await page.click(".entry .quiet");
    await page.fill("[name=username]", name);
    await page.fill("[name=password]", PASSWORD);
    await reader.choose(".entry .reads", language);
    await page.click("[type=submit]");
    await reader.online();
    return reader;
  }

  /** With an account that there is. */
  async signIn(name, password = PASSWORD) {
    const { page } = this;
    await page.click(".tabs button:nth-child(2)");
    await page.fill("[name=username]", name);
    await page.fill("[name=password]", password);
    await page.click("[type=submit]");
    await this.online();
  }

  /** A language, in the field of that place. */
  async choose(place, language) {
    const field = this.page.locator(`${place} .language-button`);
    if ((await field.getAttribute("data-value")) === language) return;
    await field.click();
    await this.page.click(`.picker .option[data-code="${language}"]`);
    await this.page
      .locator(`${place} .language-button[data-value="${language}"]`)
      .waitFor();
  }

  async online() {
    await this.page.waitForSelector(".pill.online", { state: "attached" });
    await this.page.waitForSelector(".scroller[aria-busy=false]");
  }

  async offline() {
    await this.page.waitForSelector(".pill.offline");
  }

  /** What is in the document now has been laid out, settled and painted: the
   * first frame may have begun before, the second has not. */
  painted() {
    return this.page.evaluate(
      () =>
        new Promise((done) =>
          requestAnimationFrame(() => requestAnimationFrame(done)),
        ),
    );
  }

  async write(text) {
    await this.page.fill("textarea", text);
    await this.page.click(".composer .send");
  }

  /** Write it and see it sent. */
  async say(text) {
    await this.write(text);
    await this.bubble(text).locator(".sent").waitFor();
  }

  bubble(text) {
    return this.page.locator(".bubble", { hasText: text });
  }

  /** The bubble of a translation, sure or rough, into one language where that
   * matters. */
  translated(text, language) {
    const bubble = this.page.locator(TRANSLATED, { hasText: text });
    if (!language) return bubble;
    return bubble.filter({ has: this.page.locator(`.text[lang=${language}]`) });
  }

  /** The words of a translation, without the original that a rough one has. */
  async translationOf(text) {
    const bubble = this.translated(text).first();
    const rough = bubble.locator(".rough-text .text");
    const words = (await rough.count()) ? rough : bubble.locator(".text");
    return words.first().textContent();
  }

  /** Every original of the translations on the page, from the top. */
  async originals() {
    for (const mark of await this.page.locator(".tag-button").all())
      if ((await mark.getAttribute("aria-pressed")) === "false")
        await mark.click();
    return this.page
      .locator(".line:not(.mine) .body > .text")
      .allTextContents();
  }

  async sees(text) {
    await this.bubble(text).first().waitFor();
  }

  /** How many bubbles show the text, now. */
  count(text) {
    return this.bubble(text).count();
  }

  /** The original of a translation, for which its mark is pressed. */
  async originalOf(text) {
    const bubble = this.bubble(text).first();
    const own = bubble.locator(".body > .text");
    if (await bubble.locator(".rough-text").count()) return own.textContent();
    const line = await bubble.evaluateHandle((node) => node.parentElement);
    const mark = await line.$(".tag-button");
    await mark.click();
    await line.waitForSelector(".tag-button[aria-pressed=true]");
    const original = await (await line.$(".body > .text")).textContent();
    await mark.click();
    await line.waitForSelector(".tag-button[aria-pressed=false]");
    return original;
  }

  async readIn(language) {
    await this.page.click(".me");
    await this.choose(".settings .reads", language);
    await this.page.keyboard.press("Escape");
    await this.dialogGone();
  }

  async dialogGone() {
    await this.page.waitForSelector("dialog", { state: "detached" });
  }

  /** Out by the settings, and yes to the question. */
  async leave() {
    await this.page.click(".me");
    await this.page.click(".settings .leave");
    await this.page.click(".confirm .primary");
    await this.page.waitForSelector(".entry");
  }

  async scrollsSideways() {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth > innerWidth,
    );
  }

  /** Nothing went wrong in the page's own code. */
  fine() {
    assert.deepEqual(this.errors, []);
  }
}
