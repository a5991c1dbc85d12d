import { useEffect, useMemo } from "preact/hooks";
import type { Chat } from "../chat";
import { sayIn, uiLanguage } from "../strings";
import { useStore } from "../store/store";
import { UiContext } from "./context";
import { Entry } from "./entry";
import { Room } from "./room";

export function App({ chat }: { chat: Chat }) {
  const state = useStore(chat.store);
  const locale = uiLanguage(state.language);
  const ui = useMemo(
    () => ({ chat, say: sayIn(locale), locale }),
    [chat, locale],
  );
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
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
