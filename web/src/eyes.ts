// Whether somebody looks at this page: the gateway tells other devices nothing
// meanwhile.  And what is clicked on in a notification is shown.
import { effect } from "@preact/signals";
import type { Chat } from "./chat";
import { toRoom } from "./route";
import { asObject, asText } from "./wire";

let watched = false;

export function watchEyes(chat: Chat): void {
  if (watched) return;
  watched = true;
  const tell = () => {
    const looks = document.visibilityState === "visible";
    chat.link?.ask("presence:look", { looks }).catch(() => undefined);
  };
  effect(() => {
    if (chat.state.value === "online") tell();
  });
  document.addEventListener("visibilitychange", tell);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    const to = asObject(data);
    const room = asText(to["room"]);
    if (room) toRoom(room, asText(to["message"]));
  });
}
