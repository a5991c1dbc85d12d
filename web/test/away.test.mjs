// What happens around lost connections and restarts of the gateway.
import assert from "node:assert/strict";
import { test } from "node:test";
import { guest, withMock } from "./house.mjs";
import { Reader } from "./reader.mjs";

test("what was missed while away is there after a restart", () =>
  withMock({ delayMs: 30 }, async (browser, house) => {
    const { mock, world } = house;
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    const ana = guest("ana");
    for (const content of ["un", "deux", "trois", "!never quatre"])
      mock.save(ana, { content });
    await bob.sees("en: trois");
    await bob.bubble("!never quatre").locator(".translating").waitFor();
    await house.stop();
    await bob.offline();
    const [, two, three, four] = world.messages;
    Object.assign(two, {
      content: "deux bis",
      revision: 2,
      isEdited: true,
      translations: {
        en: {
          targetLanguage: "en",
          state: "ready",
          translatedContent: "two again",
        },
      },
    });
    Object.assign(three, { isDeleted: true, content: "", translations: {} });
    four.translations.en = {
      targetLanguage: "en",
      state: "ready",
      translatedContent: "at last, four",
    };
    world.log.push(two.id, three.id, four.id);
    const { histories } = world;
    await house.start({ syncRows: 2 });
    house.mock.save(ana, { content: "cinq" });
    await bob.online();
    await bob.sees("two again");
    await bob.sees("at last, four");
    await bob.sees("en: cinq");
    await bob.sees("Message deleted");
    assert.equal(await bob.count("en: trois"), 0);
    assert.equal(await bob.count("en: un"), 1);
    assert.equal(world.histories, histories); // only what changed was read
    bob.fine();
  }));

test("after a restored backup the page shows what there is now", () =>
  withMock({ delayMs: 30 }, async (browser, house) => {
    const { mock, world } = house;
    const bob = await Reader.enter(browser, mock.url, "Bob", "en");
    const ana = guest("ana");
    for (const content of ["un", "deux"]) mock.save(ana, { content });
    await bob.sees("en: deux");
    await house.stop();
    await bob.offline();
    world.messages.length = 1; // the copy was made before the second
    Object.assign(world, { log: [], epoch: "of the copy" });
    await house.start();
    house.mock.save(ana, { content: "trois" });
    await bob.online();
    await bob.sees("en: trois");
    await bob.bubble("en: deux").waitFor({ state: "detached" });
    assert.equal(await bob.count("en: un"), 1);
  }));

test("what was written offline is sent once, in order, after the restart", () =>
  withMock({}, async (browser, house) => {
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en");
    await house.stop();
    await bob.offline();
    for (const text of ["first", "second", "third"]) await bob.write(text);
    await bob.bubble("third").locator("text=Waiting").waitFor();
    await house.start();
    await bob.bubble("third").locator(".sent").waitFor();
    const saved = house.world.messages.map((m) => m.content);
    assert.deepEqual(saved, ["first", "second", "third"]);
    assert.equal(await bob.count("first"), 1);
    assert.equal(await bob.page.locator(".bubble").count(), 3);
  }));

test("a message whose ack was lost is not there twice", () =>
  withMock({ dropAck: () => true }, async (browser, house) => {
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en");
    await bob.write("only once");
    await bob.bubble("only once").locator("text=Sending").waitFor();
    while (house.world.messages.length === 0) await bob.page.waitForTimeout(10);
    await house.stop();
    await bob.offline();
    await house.start({ dropAck: undefined });
    await bob.bubble("only once").locator(".sent").waitFor();
    assert.equal(await bob.page.locator(".bubble").count(), 1);
    assert.equal(house.world.messages.length, 1);
  }));

test("unsent messages survive a reload of the tab", () =>
  withMock({ dropAck: () => true }, async (browser, house) => {
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en");
    await bob.write("keep me");
    await bob.bubble("keep me").waitFor();
    house.world.messages.length = 0; // lost before it was saved
    await house.stop();
    await bob.offline();
    await house.start({ dropAck: undefined });
    await bob.page.reload();
    await bob.bubble("keep me").locator(".sent").waitFor();
    assert.equal(house.world.messages.length, 1);
  }));

test("an ended session leads back to the door", () =>
  withMock({}, async (browser, house) => {
    const bob = await Reader.enter(browser, house.mock.url, "Bob", "en");
    await house.stop();
    await bob.offline();
    house.world.tokens.clear();
    await house.start();
    await bob.page.waitForSelector("text=Your session has ended");
    await bob.page.click("[type=submit]");
    await bob.online();
  }));
