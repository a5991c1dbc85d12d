// SPDX-License-Identifier: ISC
// Who forgot their password: from the door, by a letter, to the room.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PASSWORD, Reader, withBrowser } from "../../web/test/reader.mjs";
import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { SmtpServer } from "../lib/smtp.mjs";
import { until } from "../lib/wait.mjs";

test("a letter leads to a new password, and that one back in", async () => {
  const smtp = await SmtpServer.open();
  const house = await House.build({
    GATEWAY_SMTP_URL: smtp.url,
    GATEWAY_SMTP_FROM: "chat@example.org",
    GATEWAY_SMTP_IN_CLEAR: "true",
  });

  house.gateway.env.GATEWAY_PUBLIC_URL = house.url;
  try {
    house.gateway.start();
    await house.answering();
    const body = { username: "zoe", email: "zoe@example.net", language: "en" };

    await call(house.url, "POST", "/auth/register", {
      body: { ...body, password: PASSWORD },
    });
    await withBrowser(async (browser) => {
      const zoe = await Reader.open(browser, house.url);
      const { page } = zoe;

      await page.click(".tabs button:nth-child(2)");
      const forgot = page.getByRole("button", {
        name: "Forgot your password?",
      });

      await page.fill("[name=username]", "");
      await forgot.waitFor();
      assert.ok(await forgot.isDisabled());
      await page.fill("[name=username]", "zoe");
      await forgot.click();
      await page.getByText("a letter with a link is on its way").waitFor();
      await until(() => smtp.letters.length === 1, "the letter came");
      const [link] = smtp.letters[0].text.match(/^http\S+$/m);

      await page.goto("about:blank");
      await page.goto(link);
      await page.fill(".modal [name=password]", "another horse battery");
      await page.click(".modal .primary");
      await page.locator(".modal").waitFor({ state: "detached" });
      await zoe.signIn("zoe", "another horse battery");
      zoe.fine();
    });
  } finally {
    await house.close();
    await smtp.close();
  }
});
