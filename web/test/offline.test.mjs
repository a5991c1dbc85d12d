// The page without a network: what was read is there, and nobody else's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { guest, withMock } from "./house.mjs";
import { Reader } from "./reader.mjs";

/** How many things are kept in the browser. */
const kept = ({ page }) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.open("meeshy");
        request.onsuccess = () => {
          const { result } = request;
          const count = result.transaction("kept").objectStore("kept").count();
          count.onsuccess = () => {
            resolve(count.result);
            result.close();
          };
        };
      }),
  );

async function keeps(reader, wanted) {
  await reader.page.waitForFunction(
    () => navigator.serviceWorker.controller !== null,
  );
  while (!wanted(await kept(reader))) await reader.page.waitForTimeout(50);
}

test("what was read is there again without a network, and after it the rest", () =>
  withMock({ delayMs: 5 }, async (browser, house) => {
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en");
    const { page } = bob;
    house.mock.save(guest("Ana"), { content: "La maison est grande." });
    await bob.sees("The house is big.");
    await keeps(bob, (n) => n === 2); // the list, and a room
    await house.stop();
    await page.reload();
    await bob.sees("The house is big.");
    await page.waitForSelector(".room-line");
    await bob.write("I write on the train");
    await bob.bubble("I write on the train").waitFor();
    await house.start();
    house.mock.save(guest("Ana"), { content: "La maison est grande." });
    await bob.bubble("I write on the train").locator(".sent").waitFor();
    await bob.bubble("The house is big.").nth(1).waitFor();
    assert.equal(await bob.count("The house is big."), 2);
    bob.fine();
  }));

test("who leaves, leaves nothing behind", () =>
  withMock({ delayMs: 5 }, async (browser, house) => {
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en");
    house.mock.save(guest("Ana"), { content: "La maison est grande." });
    await bob.sees("The house is big.");
    await keeps(bob, (n) => n === 2);
    await bob.leave();
    await keeps(bob, (n) => n === 0);
    bob.fine();
  }));
