// SPDX-License-Identifier: ISC
// Notifications of a browser whose page is not open: from the switch in the
// settings to the click.  No browser here reaches a push service of its maker:
// its subscription is the test's, and what came is handed to its worker.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Reader, withBrowser } from "../../web/test/reader.mjs";
import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { PushService } from "../lib/push-service.mjs";
import { until } from "../lib/wait.mjs";

async function withService(run) {
  const service = await PushService.open();
  const house = await House.build({
    GATEWAY_PUSH_NETWORKS: "127.0.0.1",
    TRANSLATOR_ENGINE: "echo",
  });

  try {
    await house.start();
    await withBrowser((browser) => run(browser, house, service));
  } catch (error) {
    console.error(house.lastLog());
    throw error;
  } finally {
    await house.close();
    await service.close();
  }
}

/** Somebody inside, in a browser that subscribes so, or cannot (null). */
async function enter(browser, house, subscription) {
  const reader = await Reader.open(browser, "about:blank", {
    permissions: ["notifications"],
  });
  const { context, page } = reader;

  await context.addInitScript((given) => {
    const made = {
      toJSON: () => ({
        endpoint: given.endpoint,
        keys: { p256dh: given.p256dh, auth: given.auth },
      }),
      unsubscribe: async () => true,
    };

    PushManager.prototype.subscribe = async () => {
      if (!given) throw new DOMException("no push service", "AbortError");
      return made;
    };
    PushManager.prototype.getSubscription = async () => (given ? made : null);
  }, subscription);
  await page.goto(house.url);
  await page.fill("[name=username]", "Ben");
  await reader.choose(".entry .reads", "es");
  await page.click("[type=submit]");
  await reader.online();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  return reader;
}

const SWITCH = { name: "Notifications of this browser" };

async function openSettings({ page }) {
  await page.click("button.me");
  await page.locator(".settings").waitFor();
}

/** What the worker shows now. */
const shown = (worker) =>
  worker.evaluate(async () =>
    (await self.registration.getNotifications()).map(
      ({ title, body, lang, tag, data }) => ({ title, body, lang, tag, data }),
    ),
  );

/** The id by which the browser's tools know our worker. */
async function registration(context, page) {
  const tools = await context.newCDPSession(page);
  const found = new Promise((done) =>
    tools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      if (registrations[0]) done(registrations[0].registrationId);
    }),
  );

  await tools.send("ServiceWorker.enable");
  return { tools, id: await found };
}

test("who closed the page is told, in their language, and a click leads there", () =>
  withService(async (browser, house, service) => {
    const device = service.browser("ben");
    const ben = await enter(browser, house, device.subscription);
    const { context, page } = ben;
    const token = await page.evaluate(
      () => JSON.parse(localStorage.getItem("meeshy.session")).token,
    );
    const devices = async () =>
      (await call(house.url, "GET", "/push/devices", { token })).body.data;

    await openSettings(ben);
    await page.getByRole("switch", SWITCH).click();
    await page.getByRole("switch", { name: "Also what is said" }).click();
    await until(async () => (await devices())[0]?.allRooms, "it is agreed on");
    await page.keyboard.press("Escape");
    const { tools, id } = await registration(context, page);
    const [worker] = context.serviceWorkers();
    const ann = await house.account("ann", "en");
    const me = await call(house.url, "GET", "/users/me", { token });
    const made = await call(house.url, "POST", "/conversations", {
      token: ann.token,
      body: { type: "direct", participantIds: [me.body.data.user.id] },
    });
    const room = made.body.data.id;

    await page.locator(".rooms", { hasText: "ann" }).waitFor();
    const other = await context.newPage();

    await page.goto("about:blank"); // the page is closed, the browser is not
    const said = await ann.send("Good morning", { conversationId: room });
    const note = await device.gets();

    assert.equal(note.text, "[es] Good morning");
    await tools.send("ServiceWorker.deliverPushMessage", {
      origin: house.url,
      registrationId: id,
      data: JSON.stringify(note),
    });
    await until(async () => (await shown(worker)).length > 0, "it is shown");
    assert.deepEqual(await shown(worker), [
      {
        title: "ann",
        body: "[es] Good morning",
        lang: "es",
        tag: room,
        data: { room, message: said.messageId },
      },
    ]);

    await other.goto(house.url);
    await other.waitForSelector(".pill.online", { state: "attached" });
    const clicked = () =>
      worker.evaluate(async () => {
        const [notification] = await self.registration.getNotifications();

        if (notification)
          self.dispatchEvent(
            new NotificationEvent("notificationclick", { notification }),
          );
      });

    await other.waitForFunction(() =>
      performance
        .getEntriesByType("resource")
        .some(({ name }) => name.includes("/dialogs-")),
    );
    await clicked();
    await other
      .locator(".bubble", { hasText: "Good morning" })
      .first()
      .waitFor();
    assert.ok(other.url().includes(`/room/${room}`), other.url());
    assert.deepEqual(await shown(worker), []);
    ben.fine();
  }));

test("who looks is told nothing; without a text it says only that somebody wrote", () =>
  withService(async (browser, house, service) => {
    const device = service.browser("ben");
    const ben = await enter(browser, house, device.subscription);
    const { context, page } = ben;

    await openSettings(ben);
    await page.getByRole("switch", SWITCH).click();
    await page.getByRole("switch", { name: "Without name and text" }).click();
    const { tools, id } = await registration(context, page);
    const [worker] = context.serviceWorkers();
    const push = (note) =>
      tools.send("ServiceWorker.deliverPushMessage", {
        origin: house.url,
        registrationId: id,
        data: JSON.stringify(note),
      });

    await push({ room: "seen", message: "m", from: "ann", text: "You see me" });
    await page.keyboard.press("Escape");
    await page.goto("about:blank");
    await push({ room: "quiet", message: "m" });
    await until(async () => (await shown(worker)).length > 0, "it is shown");
    assert.deepEqual(
      (await shown(worker)).map(({ title, body, tag }) => [title, body, tag]),
      [["Meeshy", "Somebody wrote to you.", "quiet"]],
    );
    ben.fine();
  }));

test("a browser that cannot says so in plain words", () =>
  withService(async (browser, house) => {
    const ben = await enter(browser, house, null);

    await openSettings(ben);
    await ben.page.getByRole("switch", SWITCH).click();
    await ben.page
      .getByText("Only while the page is open: this browser cannot do more.")
      .waitFor();
    ben.fine();
    const ann = await Reader.open(browser, "about:blank");

    await ann.context.addInitScript(() => delete globalThis.Notification);
    await ann.page.goto(house.url);
    await ann.page.fill("[name=username]", "Ann");
    await ann.page.click("[type=submit]");
    await ann.online();
    await openSettings(ann);
    await ann.page
      .getByText("This browser cannot show notifications here.")
      .waitFor();
    ann.fine();
  }));
