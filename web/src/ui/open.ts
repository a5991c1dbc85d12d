// What a click opens: its code comes soon after the conversation, or when it is
// wanted before; the service worker keeps it.
import type { Chat } from "../chat";
import { loadAllWords } from "../words";
import { whenDressed } from "./dress";

export type Dialogs = typeof import("./dialogs/index");

const load = () =>
  Promise.all([import("./dialogs/index"), loadAllWords()]).then(([m]) => m);

/** Once they are here: `open` opens one of them. */
export function withDialogs(open: (dialogs: Dialogs) => void): void {
  load().then(open, () => undefined);
}

export const openSettings = () => withDialogs((m) => m.openSettings());
export const openInvitations = () => withDialogs((m) => m.openInvitations());
export const openNewRoom = () => withDialogs((m) => m.openNewRoom());
export const openSwitcher = () => withDialogs((m) => m.openSwitcher());

export const PRELOAD_MS = 2_000;

/** Before somebody types into one of them, but after what is needed now. */
export function preload(chat: Chat): void {
  setTimeout(() => withDialogs((m) => m.watchEyes(chat)), PRELOAD_MS);
  setTimeout(() => whenDressed(() => {}), PRELOAD_MS);
}
