// Threads as the room shows them: how much was said under a message, and a
// line where that was said.
import type { Room, Talk } from "../room";
import type { Row } from "../store/view";
import type { Message, ThreadState } from "../types";
import { useUi } from "./context";
import { giveBack, remember } from "./focus";
import { plainText, shortTime } from "./format";
import { Icon } from "./icons";
import { textFor } from "./message";
import { Avatar, Name } from "./people";

export function openThread(room: Room, root: string): void {
  remember();
  room.openThread(root);
}

export function closeThread(room: Room): void {
  room.closeThread();
  giveBack();
}

interface MarkProps {
  message: Message;
  thread: ThreadState;
}

/** Below a message that something was said under. */
export function ThreadMark({ message, thread }: MarkProps) {
  const { chat, say } = useUi();
  const fresh = chat.threads.fresh(message);
  const room = chat.room.value;
  if (thread.replies === 0 || !room) return null;
  return (
    <button
      type="button"
      class={`thread-mark ${fresh > 0 ? "fresh" : ""}`}
      onClick={() => openThread(room, message.id)}
    >
      <Icon name="thread" />
      {say("replies", { n: thread.replies })}
      {fresh > 0 && <b>{say("newCount", { n: fresh })}</b>}
    </button>
  );
}

const FACES_MAX = 3;

interface LineProps {
  row: Extract<Row, { sort: "thread" }>;
  room: Talk;
}

/** Where it was said in the room: who, how much, and the last of it. */
export function ThreadLine({ row, room: { log } }: LineProps) {
  const { chat, say, locale } = useUi();
  const said = row.ids.flatMap((id) => log.message(id)?.value ?? []);
  const last = said.at(-1);
  const room = chat.room.value;
  if (!last || !room) return null;
  const who = new Map(said.map((m) => [m.senderId, m.senderName]));
  const text = last.deleted
    ? say("deleted")
    : textFor(last, chat.reading.value, chat.me);
  return (
    <button
      type="button"
      class="thread-line"
      data-message={last.id}
      onClick={() => openThread(room, row.root)}
    >
      <span class="faces">
        {[...who].slice(-FACES_MAX).map(([id, name]) => (
          <Avatar key={id} id={id} name={name} />
        ))}
      </span>
      <Icon name="thread" />
      <span class="thread-words">
        <b>
          <Name name={last.senderName} />
        </b>{" "}
        <bdi>{plainText(text) || last.files[0]?.name}</bdi>
      </span>
      <span class="thread-more">
        {said.length > 1 && say("replies", { n: said.length })}
        <time>{shortTime(last.createdAt, Date.now(), locale)}</time>
        <span class="hidden">{say("replyInThread")}</span>
      </span>
    </button>
  );
}
