// Debian's Firefox, by WebDriver BiDi, which is in every Firefox: Playwright's
// own protocol would need a Firefox of its own.
import { existsSync } from "node:fs";
import { firefox } from "playwright-core";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
export const noFirefox = existsSync(FIREFOX) ? false : `${FIREFOX} is missing`;

const START_MS_MAX = 60_000;

export const launchFirefox = () =>
  firefox.launch({
    channel: "moz-firefox",
    executablePath: FIREFOX,
    timeout: START_MS_MAX,
  });
