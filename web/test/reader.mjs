// Somebody in front of the page, in a browser of their own.
import assert from "node:assert/strict";
import { launch } from "./chromium.mjs";

const PATIENCE_MS = Number(process.env.MEESHY_PATIENCE_MS ?? 30_000);

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
    const context = await browser.newContext({ locale: "en-GB", ...options });
    reader.page = await context.newPage();
    reader.page.setDefaultTimeout(PATIENCE_MS);
    reader.page.on("pageerror", (error) => reader.errors.push(error.message));
    await reader.page.goto(url);
    return reader;
  }

  /** Through the door as a guest, into the room. */
  static async enter(browser, url, name, language, options = {}) {
    const reader = await Reader.open(browser, url, options);
    const { page } = reader;
    await page.fill("[name=username]", name);
    await page.selectOption(".entry select", language);
    await page.click("[type=submit]");
    await reader.online();
    return reader;
  }

  async online() {
    await this.page.waitForSelector(".pill.online", { state: "attached" });
    await this.page.waitForSelector("[role=log][aria-busy=false]");
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
    await this.page.press("textarea", "Enter");
  }

  /** Write it and see it sent. */
  async say(text) {
    await this.write(text);
    await this.bubble(text).locator(".sent").waitFor();
  }

  bubble(text) {
    return this.page.locator(".bubble", { hasText: text });
  }

  /** The bubble of a translation, into one language where that matters. */
  translated(text, language) {
    const bubble = this.page.locator(".bubble.translated", { hasText: text });
    if (!language) return bubble;
    return bubble.filter({ has: this.page.locator(`.text[lang=${language}]`) });
  }

  /** Every original behind the translations on the page, from the top. */
  async originals() {
    for (const badge of await this.page.locator(".tag-button").all())
      if ((await badge.getAttribute("aria-expanded")) === "false")
        await badge.click();
    return this.page.locator(".original-text").allTextContents();
  }

  async sees(text) {
    await this.bubble(text).first().waitFor();
  }

  /** How many bubbles show the text, now. */
  count(text) {
    return this.bubble(text).count();
  }

  /** The original below a translation, opened by its language badge. */
  async originalOf(text) {
    const bubble = this.bubble(text).first();
    await bubble.locator(".tag-button").click();
    return bubble.locator(".original-text").textContent();
  }

  async readIn(language) {
    await this.page.selectOption(".bar select", language);
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
