import { useEffect, useMemo } from "preact/hooks";
import type { Chat } from "../chat";
import { sayIn, uiLanguage } from "../strings";
import { useStore } from "../store/store";
import { UiContext } from "./context";
import { Entry } from "./entry";
import { Room } from "./room";

/** The browser's own kind of a language ("en-GB"), where it has one: dates
 * and times are as the reader knows them. */
function regional(language: string): string {
  const kind = navigator.languages.find((l) => l.startsWith(`${language}-`));
  return kind ?? language;
}

export function App({ chat }: { chat: Chat }) {
  const state = useStore(chat.store);
  const words = uiLanguage(state.language);
  const ui = useMemo(
    () => ({ chat, say: sayIn(words), locale: regional(words) }),
    [chat, words],
  );
  useEffect(() => {
    document.documentElement.lang = words;
  }, [words]);
  return (
    <UiContext.Provider value={ui}>
      {state.session ? (
        <Room state={state} session={state.session} />
      ) : (
        <Entry state={state} />
      )}
    </UiContext.Provider>
  );
}
