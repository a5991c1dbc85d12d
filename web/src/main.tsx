import { render } from "preact";
import { listLanguages } from "./api";
import { Chat } from "./chat";
import { savedLanguage } from "./saved";
import { openLink } from "./socket";
import { createStore, type Store } from "./store/store";
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

async function loadLanguages(store: Store): Promise<void> {
  for (;;) {
    try {
      const languages = await listLanguages();
      store.dispatch({ type: "languages/listed", languages });
      if (!store.state.session) {
        const language = preferred(languages);
        store.dispatch({ type: "language/chosen", language, saved: true });
      }
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

const guess = savedLanguage() || navigator.language.split("-")[0] || "en";
const chat = new Chat(createStore(initialState(guess)), openLink);
void chat.resume();
void loadLanguages(chat.store);
const root = document.getElementById("app");
if (root) render(<App chat={chat} />, root);
