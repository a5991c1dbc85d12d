// A mock gateway and a browser for one test.
import assert from "node:assert/strict";
import { startMock } from "./mock-gateway.mjs";
import { withBrowser } from "./reader.mjs";

const SAVED_MS_MAX = 10_000;

/** `stop` ends the mock, `start` starts the next on the same port, with the
 * same memory; `saved` waits for n messages. */
export function withMock(options, test) {
  return withBrowser(async (browser) => {
    const house = { mock: await startMock(options), world: null };
    house.world = house.mock.world;
    house.stop = () => house.mock.close();
    house.start = async (more = {}) => {
      const { port, world } = house.mock;
      house.mock = await startMock({ ...options, ...more, port, world });
    };
    house.saved = async (n) => {
      const deadline = Date.now() + SAVED_MS_MAX;
      while (house.world.messages.length < n) {
        assert.ok(Date.now() < deadline, `not ${n} messages saved`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    try {
      await test(browser, house);
    } finally {
      await house.stop();
    }
  });
}

export const guest = (name) => ({
  id: name,
  username: name,
  displayName: name,
  language: "fr",
});
