// SPDX-License-Identifier: ISC
// Pictures of every view, from the running product: ./meeshy pictures [DIR],
// or of some: ./meeshy pictures DIR door room dialogs dashboard walk outage.
// People of several languages talk in a house of their own; what they read is
// what the translator makes of it.
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

import { Reader, TRANSLATED, withBrowser } from "../../web/test/reader.mjs";
import { inHouse, ROOT } from "../lib/house.mjs";
import { market, shut, tomAgain } from "../lib/dialogs.mjs";
import { flood } from "../lib/flood.mjs";
import { dashboard } from "./pictures-admin.mjs";
import { walk } from "./pictures-walk.mjs";

const [, , dir = join(ROOT, ".cache/pictures"), ...some] = process.argv;
const out = resolve(dir);
const wanted = (part) => some.length === 0 || some.includes(part);
const DESK = { viewport: { width: 1440, height: 900 } };
const FLOOD = 500;
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
const TALK = [
  ["amelie", "Bonjour tout le monde ! Qui vient au marché samedi matin ?"],
  ["lucia", "Yo voy. ¿A qué hora quedamos?"],
  ["tom", "Nine o'clock in front of the station?"],
  ["amelie", "Parfait. Je prends du pain et du fromage."],
  ["marco", "Io porto il caffè. Ci vediamo alla stazione!"],
  ["lucia", "🎉"],
  ["tom", "The programme is here: https://example.org/market"],
];

async function shoot({ page }, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(400); // for what moves to stand still
  await page.screenshot({ path: join(out, `${name}.png`) });
  console.log(join(out, `${name}.png`));
}

/** Everybody has said their lines, and the last is translated for Tom. */
async function talk(people, lines) {
  for (const [who, text] of lines) await people[who].say(text);
  await settled(people.tom);
}

const settled = ({ page }) =>
  page.waitForFunction(() => !document.querySelector(".translating"));

async function enter(browser, url, [name, language, options]) {
  const reader = await Reader.enter(browser, url, name, language, {
    ...DESK,
    ...options,
  });

  return reader;
}

async function theDoor(browser, url) {
  for (const [name, options] of [
    ["door", { ...DESK }],
    ["door-phone-dark", { ...PHONE, colorScheme: "dark" }],
    ["door-arabic", { ...DESK, locale: "ar-EG" }],
  ]) {
    const reader = await Reader.open(browser, url, options);

    await reader.page.waitForSelector(".reach");
    await shoot(reader, name);
    await reader.page.context().close();
  }
}

async function theRoom(browser, url) {
  const people = {
    tom: await enter(browser, url, ["Tom", "en", {}]),
  };

  await people.tom.page.waitForSelector(".empty");
  await shoot(people.tom, "empty");
  people.amelie = await enter(browser, url, ["Amélie", "fr", { locale: "fr" }]);
  people.lucia = await enter(browser, url, ["Lucía", "es", { locale: "es" }]);
  people.marco = await enter(browser, url, ["Marco", "it", { locale: "it" }]);
  await rooms(people);
  await talk(people, TALK);
  await reactions(people);
  return people;
}

/** A room of its own, found and joined, and one of two. */
async function rooms({ tom, amelie, lucia }) {
  await tom.page.click("[aria-label='New room']");
  await tom.page.fill("[name=title]", "Street market");
  await shoot(tom, "new-room");
  await tom.page.click(".kind:last-child");
  await tom.page.click(".modal .primary");
  await tom.page.waitForSelector(".empty");
  await amelie.page.keyboard.press("Control+k");
  await amelie.page.fill(".switcher input", "street");
  await amelie.page.click(".option:has-text('Street market')");
  await amelie.page.waitForSelector(".empty");
  await amelie.say("Il nous faut deux tables.");
  await tom.page.waitForSelector(TRANSLATED);
  await shoot(tom, "room-members");
  await tom.page.click(".room-line:has-text('Everyone')");
  await amelie.page.locator(".room-line").last().click();
  await lucia.say("¡Buenos días!");
  await tom.page.click("[aria-label='Write to Lucía']");
  await tom.say("Thank you for yesterday!");
  await lucia.page.click(".room-line:has-text('Tom')");
  await lucia.say("De nada 😊");
  await lucia.page.locator(".room-line .public").click();
  await tom.page.click(".room-line .public");
}

async function reactions({ tom, amelie, marco }) {
  // At its edge: in the middle is the link, which has a menu of the browser.
  const menu = ({ page }) =>
    page
      .locator(".bubble", { hasText: "example.org" })
      .first()
      .click({ button: "right", position: { x: 12, y: 10 } });

  for (const person of [amelie, marco]) {
    await menu(person);
    await person.page.click(".quick button:has-text('👍')");
  }
  await menu(marco);
  await marco.page.locator("[role=menuitem]").first().click();
  await marco.say("Grazie!");
  await tom.page.waitForSelector(".quote");
  await settled(tom);
}

async function views(browser, url, people) {
  const { tom } = people;

  await shoot(tom, "room");
  await tom.page.emulateMedia({ colorScheme: "dark" });
  await shoot(tom, "room-dark");
  await tom.page.emulateMedia({ colorScheme: "light", contrast: "more" });
  await shoot(tom, "room-contrast");
  await tom.page.emulateMedia({
    colorScheme: "light",
    contrast: null,
    forcedColors: "active",
  });
  await shoot(tom, "room-forced");
  await tom.page.emulateMedia({ forcedColors: "none" });
  await tom.page.locator(".line:not(.mine) .bubble").last().hover();
  await shoot(tom, "hover");
  await tom.page.locator(".line:not(.mine)").first().click({ button: "right" });
  await tom.page.waitForSelector("[role=menu]");
  await shoot(tom, "menu");
  await tom.page.keyboard.press("Escape");
  await tom.page.click(".me");
  await shoot(tom, "settings");
  await tom.page.click(".settings .reads .language-button");
  await tom.page.keyboard.type("alem");
  await shoot(tom, "languages");
  await tom.page.keyboard.press("Escape");
  await tom.page.click(".panel .soft");
  await tom.page.waitForSelector('.qr path[d^="M"]');
  await shoot(tom, "invite");
  await tom.page.keyboard.press("Escape");
  await phones(browser, url);
  const salma = await enter(browser, url, ["سلمى", "fr", { locale: "ar-EG" }]);

  await settled(salma);
  await shoot(salma, "room-arabic");
}

async function phones(browser, url) {
  const ana = await enter(browser, url, ["Ana", "pt", PHONE]);

  await settled(ana);
  await shoot(ana, "phone");
  await ana.page.emulateMedia({ colorScheme: "dark" });
  await shoot(ana, "phone-dark");
  await ana.page.click(".only-phone");
  await shoot(ana, "phone-rooms-dark");
}

async function outage(house, { tom, amelie }) {
  await house.translator.kill();
  await amelie.say("Le traducteur dort ?");
  await tom.page.waitForSelector(".notice.away");
  await shoot(tom, "translator-away");
  house.translator.start();
  await tom.page.waitForSelector(".notice.back");
  await shoot(tom, "translator-back");
  house.translator.child.kill("SIGSTOP");
  await amelie.say("Et maintenant, il est figé ?");
  await tom.page.waitForSelector(".notice.away");
  await shoot(tom, "translator-frozen");
  house.translator.child.kill("SIGCONT");
  await settled(tom);
  await house.gateway.kill();
  await tom.offline();
  await tom.write("This waits for the connection.");
  await shoot(tom, "offline");
  await reopened(tom, house);
  await flood(house, FLOOD);
  await settled(tom);
  await shoot(tom, "flood");
}

/** What was unsent when the tab closed is sent by the next. */
async function reopened(tom, house) {
  await tom.page.close();
  house.gateway.start();
  await house.answering();
  await tom.openTab(house.url);
  await tom.bubble("This waits").locator(".sent").waitFor();
  await shoot(tom, "reopened");
}

/** Where each is made: with a name behind its own, and the language. */
const DIALOGS = [
  ["", DESK, "en"],
  ["-dark", { ...DESK, colorScheme: "dark" }, "en"],
  ["-phone", PHONE, "en"],
  ["-arabic", { ...DESK, locale: "ar-EG" }, "ar"],
];

async function dialogs(browser, url) {
  const { tom } = await market(browser, url, DESK);
  const address = tom.page.url();

  await tom.page.context().close();
  for (const [after, options, language] of DIALOGS) {
    const again = await tomAgain(browser, address, options, language);
    const { page } = again.tom;

    for (const [name, open] of Object.entries(again.ways)) {
      await open();
      await page.waitForSelector("dialog[open]");
      await shoot(again.tom, `dialog-${name}${after}`);
      await shut(again.tom);
    }
    await page.goto(address);
    await panes(again.tom, after);
    await page.context().close();
  }
}

/** What is no dialog: a thread, and what others will read. */
async function panes(tom, after) {
  const { page } = tom;

  await page.locator(".thread-mark").first().click();
  await page.waitForSelector(".thread .bubble");
  await shoot(tom, `thread${after}`);
  await page.keyboard.press("Escape");
  await page.fill(".talk textarea", "The market opens at nine o'clock.");
  await page.locator(".composer .icon-eye").click();
  await page.waitForSelector(".preview-back");
  await shoot(tom, `preview${after}`);
  await page.fill(".talk textarea", "");
}

await mkdir(out, { recursive: true });
await inHouse(
  (house) =>
    withBrowser(async (browser) => {
      const { url } = house;

      if (wanted("door")) await theDoor(browser, url);
      const people =
        wanted("room") || wanted("outage") ? await theRoom(browser, url) : null;

      if (wanted("room")) await views(browser, url, people);
      if (wanted("dialogs")) await dialogs(browser, url);
      if (wanted("dashboard"))
        await dashboard(browser, house, { desk: DESK, phone: PHONE }, shoot);
      if (wanted("walk"))
        await walk(browser, house, { desk: DESK, phone: PHONE }, shoot);
      if (wanted("outage")) await outage(house, people);
    }),
  {
    TRANSLATOR_NEURAL_MODELS: join(ROOT, "models"),
    TRANSLATOR_MEMORY: join(ROOT, "memory"),
  },
);
