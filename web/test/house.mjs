// A mock gateway and a browser for one test.
import { startMock } from "./mock-gateway.mjs";
import { withBrowser } from "./reader.mjs";

/** `stop` ends the mock, `start` starts the next on the same port, with the
 * same memory. */
export function withMock(options, test) {
  return withBrowser(async (browser) => {
    const house = { mock: await startMock(options), world: null };
    house.world = house.mock.world;
    house.stop = () => house.mock.close();
    house.start = async (more = {}) => {
      const { port, world } = house.mock;
      house.mock = await startMock({ ...options, ...more, port, world });
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
