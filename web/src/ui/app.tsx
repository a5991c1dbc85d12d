import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Chat } from "../chat";
import { prefs } from "../prefs";
import { loadWords, speech } from "../words";
import { UiContext } from "./context";
import { Entry } from "./entry";
import { DialogHost } from "./modal";
import type { Shell } from "./shell";
import { Toast } from "./toast";

const RETRY_MS = 2_000;

/** What is behind the door comes while one reads what is written on it. */
const inside = signal<typeof Shell | null>(null);

async function openInside(): Promise<void> {
  try {
    const module = await import("./shell");
    inside.value = module.Shell;
  } catch {
    setTimeout(() => void openInside(), RETRY_MS);
  }
}

export function App({ chat }: { chat: Chat }) {
  const { language, locale, dir, say } = speech.value;
  const wanted = prefs.value.words;
  const ui = useMemo(() => ({ chat, say, locale }), [chat, say, locale]);
  useEffect(() => void openInside(), []);
  useEffect(() => void loadWords(), [wanted]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = dir;
  }, [language, dir]);
  const session = chat.session.value;
  const Inside = inside.value;
  return (
    <UiContext.Provider value={ui}>
      {!session && <Entry />}
      {session && Inside && <Inside session={session} />}
      <DialogHost />
      <Toast />
    </UiContext.Provider>
  );
}
