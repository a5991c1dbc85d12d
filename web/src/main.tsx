import { render } from "preact";
import { Chat } from "./chat";
import { savedLanguage } from "./saved";
import { openLink } from "./socket";
import { createStore } from "./store/store";
import { initialState } from "./store/state";
import { sameLanguage } from "./store/view";
import type { Language } from "./types";
import { App } from "./ui/app";

const RETRY_MS = 2_000;

/** The reader's own choice, else the first of the browser's that we have. */
function preferred(languages: Language[]): string {
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
  const { session, languages } = chat.store.state;
  if (session) return;
  const language = preferred(languages);
  chat.store.dispatch({ type: "language/chosen", language, saved: true });
}

const guess = savedLanguage() || navigator.language.split("-")[0] || "en";
const chat = new Chat(createStore(initialState(guess)), openLink);
void chat.resume();
void offerLanguages(chat);
const root = document.getElementById("app");
if (root) render(<App chat={chat} />, root);
