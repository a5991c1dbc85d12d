// SPDX-License-Identifier: ISC
// The page where a path of a site of others has it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Reader, withBrowser } from "../../web/test/reader.mjs";
import { inHouse } from "../lib/house.mjs";

const BASE = "/team/chat";

const below = (run) =>
  inHouse(
    (house) =>
      withBrowser((browser) => run(browser, new URL(house.url + BASE).href)),
    { GATEWAY_BASE_PATH: BASE },
  );

/** The paths that somebody's browser asks for. */
function listen({ page }) {
  const paths = [];
  const note = (asked) => paths.push(new URL(asked.url()).pathname);

  page.context().on("request", note);
  page.on("websocket", note);
  return paths;
}

test("below a path of a site people chat, and nothing beside it is asked for", () =>
  below(async (browser, url) => {
    const bob = await Reader.open(browser, url);
    const paths = listen(bob);

    await bob.page.reload();
    await bob.page.fill("[name=username]", "Bob");
    await bob.choose(".entry .reads", "en");
    await bob.page.click("[type=submit]");
    await bob.online();
    const amelie = await Reader.enter(browser, url, "Amélie", "fr");

    await amelie.say("La maison est grande.");
    await bob.translated("house").first().waitFor();
    await bob.page.setInputFiles(".composer input[type=file]", {
      name: "list.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("two tables\n"),
    });
    await bob.write("My list");
    await amelie.page.locator(".bubble", { hasText: "list.txt" }).waitFor();
    assert.equal(new URL(bob.page.url()).pathname, `${BASE}/room/any`);
    await bob.page.goto(`${url}/admin`);
    await bob.page.locator(".admin-back, .primary").first().waitFor();
    assert.ok(paths.length > 10, "what was asked for was seen");
    assert.deepEqual(
      paths.filter((path) => !path.startsWith(`${BASE}/`)),
      [],
    );
    amelie.fine();
    bob.fine();
  }));

test("below a path of a site the page opens without a network", () =>
  below(async (browser, url) => {
    const bob = await Reader.enter(browser, url, "Bob", "en");
    const { scope, caches } = await bob.page.evaluate(async () => {
      const { scope } = await navigator.serviceWorker.ready;

      return { scope, caches: await caches.keys() };
    });

    assert.equal(new URL(scope).pathname, `${BASE}/`);
    assert.match(caches.join(), /^meeshy-\w+\/team\/chat\/$/);
    await bob.page.reload();
    await bob.online();
    await bob.page.context().setOffline(true);
    await bob.page.goto(`${url}/room/any`);
    await bob.offline();
    bob.fine();
  }));
