// SPDX-License-Identifier: ISC
// The dashboard, for pictures.mjs: with something to tell.
import { Reader } from "../../web/test/reader.mjs";

const CLAIM = /admin_claim=([\w-]+)/;
const SECTIONS = ["now", "pairs", "translators", "people", "rooms", "audit"];

async function section({ page }, name) {
  await page.click(`.admin-nav [href$="#${name}"]`);
  await page.waitForSelector(
    name === "now" ? ".plot-area" : "tbody tr, .none, .none-found",
  );
}

/** shoot(reader, name) makes a picture. */
export async function dashboard(browser, house, options, shoot) {
  const secret = house.gateway.log.join("\n").match(CLAIM)[1];
  const root = await Reader.register(
    browser,
    house.url,
    "margot",
    "en",
    options.desk,
  );
  const { page } = root;

  await page.goto(`${house.url}/admin#claim=${secret}`);
  await page.waitForSelector(".plot-area");
  for (const name of SECTIONS) {
    await section(root, name);
    await shoot(root, `admin-${name}`);
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await section(root, "now");
  await shoot(root, "admin-now-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(options.phone.viewport);
  await shoot(root, "admin-phone");
  await section(root, "pairs");
  await shoot(root, "admin-phone-pairs");
  await page.setViewportSize(options.desk.viewport);
  await page.evaluate(() => {
    const key = "meeshy.prefs";
    const prefs = JSON.parse(localStorage.getItem(key) ?? "{}");

    localStorage.setItem(key, JSON.stringify({ ...prefs, words: "ar" }));
  });
  await page.goto(`${house.url}/admin`);
  await page.waitForSelector(".tile");
  await section(root, "now");
  await shoot(root, "admin-arabic");
  await page.context().close();
}
