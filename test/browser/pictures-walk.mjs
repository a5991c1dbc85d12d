// SPDX-License-Identifier: ISC
// Newcomers, for pictures.mjs: two friends who share no language, a guest who
// comes by a link, and a translator that dies meanwhile.
import { Reader } from "../../web/test/reader.mjs";

const TALK = [
  ["jonas", "Hallo Chloé! Hast du heute Abend Zeit zum Essen?"],
  ["chloe", "Oui, avec plaisir ! À quelle heure ?"],
  ["jonas", "Um halb acht im Restaurant am Bahnhof."],
  ["chloe", "Parfait. C’est combien par personne ?"],
  ["jonas", "Etwa 25 Euro. Ich zahle."],
  ["chloe", "Merci ! Mon train part demain à 8 h 15."],
];

const settled = ({ page }) =>
  page.waitForFunction(() => !document.querySelector(".translating"));

async function link({ page }) {
  await page.click(".panel .soft");
  await page.click(".invite .primary");
  await page.waitForSelector('.qr path[d^="M"]');
  return page.inputValue(".address input");
}

/** shoot(reader, name) makes a picture. */
export async function walk(browser, house, { desk, phone }, shoot) {
  const { url } = house;
  const register = (name, language, locale) =>
    Reader.register(browser, url, name, language, { ...desk, locale });
  const jonas = await Reader.enter(browser, url, "Jonas", "de", {
    ...desk,
    locale: "de-DE",
  });
  const chloe = await register("chloe", "fr", "fr-FR");
  const people = { jonas, chloe };

  for (const [who, text] of TALK) await people[who].say(text);
  await settled(chloe);
  await settled(jonas);
  await shoot(chloe, "walk-french");
  await shoot(jonas, "walk-german");
  await chloe.page.click("[aria-label='Nouveau salon']");
  await chloe.page.fill("[name=title]", "Dîner de jeudi");
  await chloe.page.click(".modal .primary");
  await chloe.page.waitForSelector(".empty");
  await shoot(chloe, "walk-new-room");
  const address = await link(chloe);

  await shoot(chloe, "walk-link");
  await chloe.page.keyboard.press("Escape");
  await chloe.say("Bonjour ! On mange à huit heures, chez moi.");
  const lucia = await Reader.open(browser, address, {
    ...phone,
    locale: "es-ES",
  });

  await lucia.page.waitForSelector(".reach");
  await shoot(lucia, "walk-guest-door");
  await lucia.page.fill("[name=username]", "Lucía");
  await lucia.page.click("[type=submit]");
  await lucia.online();
  await settled(lucia);
  await lucia.say("¡Qué bien! ¿Puedo llevar a un amigo?");
  await settled(chloe);
  await shoot(lucia, "walk-guest");
  await shoot(chloe, "walk-host");
  await house.translator.kill();
  await chloe.say("Bien sûr, plus on est de fous, plus on rit.");
  await lucia.page.waitForSelector(".notice.away");
  await shoot(lucia, "walk-away");
  house.translator.start();
  await lucia.page.waitForSelector(".notice.back, .bubble.rough");
  await settled(lucia);
  await shoot(lucia, "walk-back");
  for (const { page } of [jonas, chloe, lucia]) await page.context().close();
}
