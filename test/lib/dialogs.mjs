// SPDX-License-Identifier: ISC
// The dialogs and panes of the chat, and what opens each: for pictures of
// them, and for tests that look at all.
import { Reader, TRANSLATED } from "../../web/test/reader.mjs";
import { catalogue } from "../../web/test/catalogue.mjs";
import { call } from "./api.mjs";
import { act, join, makeRoom } from "./page.mjs";

const OTHER = ".talk .line:not(.mine) > .bubble";
/** Narrower, and the details come over the conversation. */
const PANES = 1120;
const ROOM = "Village fair";

/** A room with something of everything. */
export async function market(browser, url, desk) {
  const enter = (name, language) =>
    Reader.enter(browser, url, name, language, desk);
  const tom = await Reader.register(browser, url, "tom", "en", desk);
  const amelie = await enter("Amélie", "fr");
  const lucia = await enter("Lucía", "es");

  await makeRoom(tom, ROOM);
  await join(amelie, ROOM);
  await join(lucia, ROOM);
  await amelie.say("Il nous faut deux tables pour samedi matin.");
  await lucia.say("Yo traigo una mesa grande.");
  await tom.say("I bring six chairs.");
  await tom.page.locator(TRANSLATED).nth(1).waitFor();
  await act(tom, "six chairs", "Edit");
  await tom.page.fill("textarea", "I bring eight chairs.");
  await tom.page.click(".composer .send");
  await tom.bubble("eight chairs").locator(".edited").waitFor();
  await act(tom, "eight chairs", "Pin");
  await amelie.page.locator(TRANSLATED).nth(1).waitFor();
  await lucia.page.locator(TRANSLATED).nth(1).waitFor();
  await proposals(lucia, amelie);
  await amelie.page.context().close();
  await thread(tom, lucia);
  await programs(url, tom);
  return { tom, lucia };
}

async function form(reader, field, text) {
  await reader.page.fill(`[name=${field}]`, text);
  await reader.page.click(".form .primary");
  await reader.dialogGone();
}

/** A first Escape may have emptied a field for searching. */
export async function shut(reader) {
  const { page } = reader;

  await page.keyboard.press("Escape");
  await page.waitForTimeout(50);
  if (await page.locator("dialog").count()) await page.keyboard.press("Escape");
  await reader.dialogGone();
}

/** With the first message of somebody else, whatever its translation says. */
async function actOnOther({ page }, words) {
  await page.locator(OTHER).first().click({ button: "right" });
  await page.click(`[role=menuitem]:has-text("${words}")`);
}

/** Of which a moderator is told. */
async function proposals(lucia, amelie) {
  await actOnOther(lucia, "Suggest a better");
  await form(lucia, "better", "Necesitamos dos mesas para el sábado.");
  await actOnOther(amelie, "Report");
  await form(amelie, "reason", "I counted only six.");
}

/** A bot of Tom's, and webhooks of the room. */
async function programs(url, tom) {
  const { page } = tom;
  const token = await page.evaluate(
    () => JSON.parse(localStorage.getItem("meeshy.session")).token,
  );
  const room = `/conversations/${new URL(page.url()).pathname.split("/")[2]}`;
  const post = (path, body) => call(url, "POST", path, { token, body });

  await post("/bots", { username: "stall-bot", displayName: "Stall keeper" });
  await post(`${room}/hooks`, { name: "Weather" });
  await post(`${room}/outhooks`, { url: "https://fair.example.org/hear/9f2" });
}

async function thread(tom, lucia) {
  await act(lucia, "Yo traigo", "Reply in a thread");
  await lucia.page.fill(".thread textarea", "¿Es demasiado grande?");
  await lucia.page.press(".thread textarea", "Enter");
  await tom.page.locator(".thread-line").click();
  await tom.page.fill(".thread textarea", "No, it is perfect.");
  await tom.page.press(".thread textarea", "Enter");
  await lucia.page.locator(".thread .bubble").nth(1).waitFor();
  await tom.page
    .locator(".thread .translated, .thread .rough")
    .first()
    .waitFor();
  await tom.page.keyboard.press("Escape");
}

/** Tom in another browser, in the room of that address; `language` is the
 * page's. */
export async function tomAgain(browser, address, options, language = "en") {
  const say = await catalogue(language);
  const tom = await Reader.open(browser, address, options);
  const { page } = tom;

  await tom.signIn("tom");
  await page.waitForSelector(".talk .bubble");
  return { tom, ways: ways(page, say) };
}

/** By the name of each, in the words of the page (`say`). */
function ways(page, say) {
  /** Into the room, where one pane hides the others. */
  const inRoom = async () => {
    const over = page.locator(".panel-head .icon-button");

    if (page.viewportSize().width < PANES && (await over.count()))
      await over.click();
    if (!(await page.locator(".talk").isVisible()))
      await page.click(`.room-line:has-text("${ROOM}")`);
    await page.waitForSelector(".talk .bubble");
  };
  const inList = async () => {
    await inRoom();
    if (await page.locator(".only-phone").isVisible())
      await page.click(".only-phone");
    await page.waitForSelector(".me");
  };
  const panel = (key) => async () => {
    await inRoom();
    if (!(await page.locator(".panel").count()))
      await page.click(
        `.talk-head .icon-button[aria-label="${say("details")}"]`,
      );
    await page.click(`.panel .act:text-is("${say(key)}")`);
  };
  const settings = (key) => async () => {
    await inList();
    await page.click(".me");
    if (key) await page.click(`.settings .act:text-is("${say(key)}")`);
  };
  const menu = (who, key) => async () => {
    await inRoom();
    const line = page.locator(`.talk .line${who}`).first();

    await line.focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=menu]");
    if (key) await page.click(`[role=menuitem]:has-text("${say(key)}")`);
  };

  return {
    menu: menu(".mine"),
    suggest: menu(":not(.mine)", "suggest"),
    versions: menu(".mine", "history"),
    forward: menu(".mine", "forward"),
    report: menu(":not(.mine)", "report"),
    "delete-message": menu(".mine", "delete"),
    emoji: async () => {
      await menu(".mine")();
      await page.click(".quick button:last-child");
    },
    search: async () => {
      await inRoom();
      await page.click(`.talk-head [aria-label="${say("search")}"]`);
      await page.fill(".picker input", "chairs");
      await page.waitForSelector(".hit");
    },
    switcher: () => page.keyboard.press("Control+k"),
    "new-room": async () => {
      await inList();
      await page.click(`[aria-label="${say("newRoom")}"]`);
    },
    settings: settings(),
    sessions: settings("sessions"),
    blocked: settings("blocked"),
    password: settings("changePassword"),
    bots: settings("bots"),
    "delete-account": settings("deleteAccount"),
    corrections: panel("corrections"),
    reports: panel("reports"),
    banned: panel("bannedPeople"),
    glossary: panel("glossary"),
    pins: panel("pinned"),
    programs: panel("programs"),
    "room-settings": panel("roomSettings"),
    "leave-room": panel("leaveRoom"),
  };
}
