// One conversation: its header, what has to be said about it, its messages,
// and the place to write.
import { computed, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Room } from "../room";
import { go } from "../route";
import type { Message, User } from "../types";
import { Composer } from "./composer";
import { useUi } from "./context";
import { languageName, listOf, plainName, startOfList } from "./format";
import { IconButton } from "./icons";
import { Notice } from "./notice";
import { withDialogs } from "./open";
import { openPanel } from "./panel-open";
import { peopleIn, RoomFace, useTitle } from "./people";
import { Timeline } from "./timeline";

/** What the composer is for: a new message, or something about another. */
export interface Intent {
  kind: "reply" | "edit";
  message: Message;
  /** The thread whose composer it is for, or "". */
  root: string;
}

export const intent = signal<Intent | null>(null);

const NAMES_MAX = 3;

export function Conversation({ room, me }: { room: Room; me: User }) {
  useEffect(() => () => void (intent.value = null), [room]);
  return (
    <>
      <Header room={room} me={me} />
      <Notice room={room} />
      <Timeline room={room} me={me.id} />
      <Composer room={room} me={me} />
    </>
  );
}

function Header({ room, me }: { room: Room; me: User }) {
  const { chat, say } = useUi();
  const info = chat.rooms.list.value.find(({ id }) => id === room.id);
  const title = useTitle()(info, room.id);
  return (
    <header class="talk-head">
      <IconButton
        class="only-phone"
        icon="back"
        label={say("backToRooms")}
        onClick={() => go({ name: "home" })}
      />
      <button type="button" class="talk-title" onClick={openPanel}>
        <RoomFace {...(info ? { room: info } : {})} id={room.id} />
        <span class="talk-words">
          <h1 class="talk-name">
            <bdi>{title}</bdi>
          </h1>
          <Subtitle room={room} me={me} />
        </span>
      </button>
      <LinkState />
      <IconButton
        icon="search"
        label={say("search")}
        onClick={() => withDialogs((m) => m.openSearch(room.id))}
      />
      <IconButton icon="info" label={say("details")} onClick={openPanel} />
    </header>
  );
}

/** Who is writing, else who is here and what they read. */
function Subtitle({ room, me }: { room: Room; me: User }) {
  const { chat, say, locale } = useUi();
  const writers = useMemo(
    () =>
      computed(() => room.log.typing.value.filter((t) => t.userId !== me.id)),
    [room, me.id],
  );
  const names = writers.value.map(({ name }) => plainName(name));
  if (names.length > 0)
    return (
      <span class="talk-under typing">
        <span class="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        {names.length === 1
          ? say("isTyping", { who: names[0] ?? "" })
          : names.length === 2
            ? say("areTyping", { who: listOf(names, locale) })
            : say("manyTyping")}
      </span>
    );
  const info = chat.rooms.list.value.find(({ id }) => id === room.id);
  const n = info ? peopleIn(info, room.members.value) : 0;
  if (!info || n <= 0) return <span class="talk-under" />;
  const all = Object.entries(info.languages).sort((a, b) => b[1] - a[1]);
  const some = all.slice(0, NAMES_MAX).map(([l]) => languageName(l, locale));
  const more = all.length > NAMES_MAX ? ` +${all.length - NAMES_MAX}` : "";
  return (
    <span class="talk-under">
      {say("people", { n })} · {startOfList(some, locale)}
      {more}
    </span>
  );
}

function LinkState() {
  const { chat, say } = useUi();
  const link = chat.state.value;
  return (
    <span class={`pill ${link}`} role="status">
      <span class={link === "online" ? "hidden" : ""}>{say(link)}</span>
    </span>
  );
}
