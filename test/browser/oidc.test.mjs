// SPDX-License-Identifier: ISC
// Signing in by a provider, from the button to the room.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Reader, withBrowser } from "../../web/test/reader.mjs";
import { House } from "../lib/house.mjs";
import { Provider } from "../lib/provider.mjs";
import { until } from "../lib/wait.mjs";

async function withProvider(run, env = {}) {
  const provider = await Provider.start();
  const house = await House.build();

  Object.assign(house.gateway.env, provider.settings(house), env);
  try {
    house.gateway.start();
    await house.answering();
    await withBrowser((browser) => run(browser, house, provider));
  } catch (error) {
    console.error(house.lastLog());
    throw error;
  } finally {
    await house.close();
    await provider.close();
  }
}

const button = ({ page }) =>
  page.getByRole("button", { name: "Sign in with Example" });
const problem = ({ page }) => page.locator(".sign-in-by + .problem");

test("one click and one is in, the next time as the same person", () =>
  withProvider(async (browser, house) => {
    const ada = await Reader.open(browser, house.url);

    await button(ada).click();
    await ada.online();
    await ada.say("Good morning");
    assert.doesNotMatch(ada.page.url(), /code|state|signed-in/);
    await ada.page.reload();
    await ada.online();
    const back = await Reader.open(browser, house.url);

    await button(back).click();
    await back.online();
    await back.page
      .locator(".line.mine", { hasText: "Good morning" })
      .waitFor();
    ada.fine();
    back.fine();
  }));

test("an address that somebody else sent signs nobody in", () =>
  withProvider(async (browser, house, provider) => {
    const { url } = await fetch(`${house.url}/auth/oidc/begin`, {
      method: "POST",
    }).then(async (answer) => (await answer.json()).data);
    const sent = provider.consent(url);
    const ben = await Reader.open(browser, sent.href);

    // Without a sign-in of one's own it is the door, as any address.
    await button(ben).waitFor();
    assert.equal(await ben.page.locator(".pill").count(), 0);
    // With one under way: its state is another's.
    await ben.page.evaluate(() =>
      sessionStorage.setItem("meeshy.signing-in", '{"flow":"x"}'),
    );
    await ben.page.goto(sent.href);
    await problem(ben).getByText("may not come in").waitFor();
    assert.equal(new URL(ben.page.url()).search, "");
    ben.fine();
  }));

test("who says no at the provider, or finds it away, reads so and can try again", () =>
  withProvider(async (browser, house, provider) => {
    const eve = await Reader.open(browser, house.url);

    provider.refuse = true;
    await button(eve).click();
    await problem(eve).getByText("not signed in").waitFor();
    provider.refuse = false;
    provider.head = { alg: "none" };
    await button(eve).click();
    await problem(eve).getByText("not signed in").waitFor();
    provider.head = {};
    await house.gateway.stop();
    provider.away = true;
    house.gateway.start();
    await house.answering();
    await eve.page.reload();
    await button(eve).click();
    await problem(eve).getByText("Example does not answer").waitFor();
    provider.away = false; // it is asked again in some seconds
    await until(async () => {
      await button(eve).click();
      await eve.page.waitForSelector(
        ".pill, .sign-in-by + .problem:not(:empty)",
        { state: "attached" },
      );
      return (await eve.page.locator(".pill").count()) > 0;
    }, "one can sign in again");
    await eve.online();
    eve.fine();
  }));

test("by an invitation one comes into its room, and no passwords are on offer", () =>
  withProvider(
    async (browser, house, provider) => {
      const ada = await Reader.open(browser, house.url);

      await button(ada).click();
      await ada.online();
      const token = await ada.page.evaluate(
        () => JSON.parse(localStorage["meeshy.session"]).token,
      );
      const ask = async (path, body) => {
        const answer = await fetch(house.url + path, {
          method: "POST",
          headers: {
            authorization: `Bearer ${token}`,
            "content-type": "application/json",
          },
          body: JSON.stringify(body),
        });

        return (await answer.json()).data;
      };
      const room = await ask("/conversations", { type: "group", title: "Tea" });
      const link = await ask("/links", { conversationId: room.id });
      provider.people = {
        sub: "7",
        name: "Carol",
        preferred_username: "carol",
      };
      const carol = await Reader.open(
        browser,
        `${house.url}/join/${link.token}`,
      );

      await carol.page.click(".tabs button:nth-child(2)");
      await button(carol).waitFor();
      await carol.page.locator(".invitation", { hasText: "Tea" }).waitFor();
      await button(carol).click();
      await carol.page.waitForSelector('.talk-name:has-text("Tea")');
      carol.fine();
    },
    { GATEWAY_OIDC_ONLY: "true" },
  ));
