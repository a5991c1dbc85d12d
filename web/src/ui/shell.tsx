// The page inside: rooms, conversation, details.  Three panes on a desk, one
// on a phone.
import { useEffect } from "preact/hooks";
import type { Chat } from "../chat";
import { go, route } from "../route";
import type { Session } from "../types";
import { useUi } from "./context";
import { Conversation } from "./conversation";
import { dressedToSpeak } from "./dress";
import { lazy } from "./lazy";
import { openSwitcher, preload, PRELOAD_MS } from "./open";
import { plainName } from "./format";
import { closePanel, panelOpen } from "./panel-open";
import { RoomsPane } from "./rooms";
import { toast } from "./toast";

const Panel = lazy(
  () => import("./panel").then((m) => m.Panel),
  () => closePanel(),
);
const ThreadPane = lazy(
  () =>
    Promise.all([import("./thread-pane"), dressedToSpeak()]).then(
      ([m]) => m.ThreadPane,
    ),
  ({ room }) => room.closeThread(),
);

export function Shell({ session }: { session: Session }) {
  const { chat, say } = useUi();
  const room = chat.room.value;
  const at = route.value.name;
  useJoin();
  useEffect(() => preload(chat), []);
  useEffect(() => watchFaces(chat), []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k") return;
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      openSwitcher();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  const thread = room?.thread.value;
  const side = thread
    ? "panel-open thread-open"
    : panelOpen.value
      ? "panel-open"
      : "";
  return (
    <main class={`shell at-${at} ${side}`}>
      {room && (
        <a class="skip" href="#composer">
          {say("skipToText")}
        </a>
      )}
      <RoomsPane session={session} />
      <div class="talk">
        {room && <Conversation key={room.id} room={room} me={session.user} />}
      </div>
      {room && !thread && panelOpen.value && <Panel room={room} />}
      {room && thread && (
        <ThreadPane
          key={thread.root}
          room={room}
          thread={thread}
          me={session.user}
        />
      )}
      <Announcer />
    </main>
  );
}

/** On the first visit of a browser pictures come after all that is read. */
const returning = !!navigator.serviceWorker?.controller;

function watchFaces(chat: Chat): () => void {
  let end: (() => void) | null = null;
  const load = () =>
    import("../faces-load").then(
      (m) => (end = m.watchFaces(chat)),
      () => undefined,
    );
  const timer = setTimeout(load, returning ? 0 : PRELOAD_MS);
  return () => {
    clearTimeout(timer);
    end?.();
  };
}

/** Who is signed in and follows an invitation is in its room at once. */
function useJoin(): void {
  const { chat, say } = useUi();
  const at = route.value;
  const link = at.name === "join" ? at.token : "";
  useEffect(() => {
    const user = chat.session.peek()?.user;
    if (!link || !user || user.guest) return;
    chat.joinByLink(link).catch(() => {
      toast(say("linkGone"));
      go({ name: "home" }, true);
    });
  }, [link]);
}

/** Each message of others once, in the words that this reader reads. */
function Announcer() {
  const { chat } = useUi();
  const spoken = chat.spoken.value;
  return (
    <div class="hidden" role="log" aria-live="polite" aria-relevant="additions">
      {spoken && (
        <p key={spoken.message.id}>
          {plainName(spoken.message.senderName)}: {spoken.text}
        </p>
      )}
    </div>
  );
}
