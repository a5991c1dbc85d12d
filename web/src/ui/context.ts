import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Chat } from "../chat";
import { speech, type Say } from "../words";

export interface Ui {
  chat: Chat;
  say: Say;
  /** How the page writes dates, times and names of languages. */
  locale: string;
}

export const UiContext = createContext<Ui | null>(null);

export function useUi(): Ui {
  const ui = useContext(UiContext);
  if (!ui) throw new Error("no UiContext");
  return ui;
}

/** For what a click opens: with the words that have come by now, which what drew
 * the button may not have had. */
export function uiNow(chat: Chat): Ui {
  const { say, locale } = speech.peek();
  return { chat, say, locale };
}
