import { effect } from "@preact/signals";
import { render } from "preact";
import { BASE } from "./base";
import { Chat, PUBLIC_ROOM } from "./chat";
import { wearPrefs } from "./prefs";
import { go, route, watchRoute } from "./route";
import { savedLanguage, savedRoom } from "./saved";
import { openLink } from "./socket";
import { sameLanguage } from "./store/view";
import type { Language } from "./types";
import { App } from "./ui/app";
import { withDialogs } from "./ui/open";
import { loadWords } from "./words";

const RETRY_MS = 2_000;
/** From here on the list and a room stand side by side. */
const WIDE = matchMedia("(min-width: 44rem)");

/** The reader's own choice, else the first of the browser's that we have. */
function preferred(languages: readonly Language[]): string {
  for (const wish of [savedLanguage(), ...navigator.languages]) {
    const exact = languages.find(({ code }) => code === wish);
    const found =
      exact ?? languages.find(({ code }) => sameLanguage(code, wish));
    if (found) return found.code;
  }
  return languages.find(({ code }) => code === "en")?.code ?? "en";
}

/** Until the gateway answers; then choose one for who is new here. */
async function offerLanguages(chat: Chat): Promise<void> {
  while (!(await chat.loadLanguages()))
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  if (!chat.session.peek())
    chat.reading.value = preferred(chat.languages.peek());
}

/** The address says which room is open.  Where there is place beside the
 * list, one always is. */
function followRoute(chat: Chat): void {
  effect(() => {
    const to = route.value;
    if (!chat.session.value) return;
    if (to.name === "room") chat.show(to.id);
    else if (to.name === "home" && WIDE.matches)
      go({ name: "room", id: savedRoom() || PUBLIC_ROOM, at: "" }, true);
    else chat.show("");
  });
}

/** By a link that an admin gave; the address forgets it at once. */
function openReset(): void {
  const secret = /^#reset=([\w-]+)$/.exec(location.hash)?.[1];
  if (!secret) return;
  history.replaceState(null, "", `${BASE}/`);
  withDialogs((m) => m.openReset(secret));
}

async function start(): Promise<void> {
  wearPrefs();
  watchRoute();
  await loadWords().catch(() => undefined);
  const guess = savedLanguage() || navigator.language.split("-")[0] || "en";
  const chat = new Chat(openLink, guess);
  if (location.pathname === `${BASE}/signed-in`)
    import("./ui/oidc").then((m) => m.arrive(chat)).catch(() => undefined);
  else void chat.resume();
  void offerLanguages(chat);
  followRoute(chat);
  const root = document.getElementById("app");
  if (root) render(<App chat={chat} />, root);
  openReset();
  if ("serviceWorker" in navigator)
    navigator.serviceWorker.register(`${BASE}/sw.js`).catch(() => undefined);
}

void start();
