// A message as this reader sees it.
import { useRef, useState } from "preact/hooks";
import { prefs } from "../prefs";
import type { Talk } from "../room";
import { toRoom } from "../route";
import { viewOf, type Row, type View } from "../store/view";
import { EVERYBODY, type Message, type Quote } from "../types";
import { useUi } from "./context";
import { intent } from "./conversation";
import {
  clockTime,
  dirOf,
  fullTime,
  languageName,
  numberIn,
  personHue,
  plainName,
  plainText,
} from "./format";
import { Files } from "./files";
import { Icon, IconButton } from "./icons";
import { Avatar, Name } from "./people";
import { withDialogs } from "./open";
import { useLongPress } from "./press";
import { isEmoji, Text } from "./text";
import { ThreadMark } from "./thread-line";

export type SaidRow = Extract<Row, { sort: "entry" }>;

export function marksOf({ mine, first, last }: SaidRow): string {
  const marks = ["line", mine && "mine", first && "first", last && "last"];
  return marks.filter(Boolean).join(" ");
}

export function MessageLine({ row, room }: { row: SaidRow; room: Talk }) {
  const { chat, locale } = useUi();
  const [flipped, setFlipped] = useState(false);
  const message = room.log.message(row.entry.id)?.value;
  const seen = message && viewOf(message, chat.reading.value);
  const flip = () => setFlipped(!flipped);
  const act = (event?: MouseEvent) => {
    if (message && !message.deleted)
      withDialogs((m) =>
        m.openActions(
          chat,
          { message, room, mine: row.mine, flip, flipped },
          event,
        ),
      );
  };
  const press = useLongPress(() => act());
  if (!message || !seen) return null;
  const name = plainName(row.senderName);
  // What I wrote I read as I wrote it.
  const view: View =
    row.mine && seen.kind !== "deleted" ? { kind: "original" } : seen;
  return (
    <article
      class={`${marksOf(row)} ${isForMe(message, chat.me) ? "named" : ""}`}
      tabIndex={-1}
      data-message={message.id}
      data-seq={message.seq}
      aria-label={`${name}, ${clockTime(message.createdAt, locale)}`}
      {...press}
      onContextMenu={(event) => {
        if ((event.target as Element).closest("a")) return;
        event.preventDefault();
        act(event);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.target !== event.currentTarget)
          return;
        event.preventDefault();
        act();
      }}
    >
      {row.last && !row.mine && <Avatar id={row.senderId} name={name} />}
      <Bubble
        row={row}
        room={room}
        message={message}
        view={view}
        flipped={flipped}
        onFlip={flip}
        onMore={act}
      />
      {view.kind !== "deleted" && <Reactions message={message} />}
      {!room.root && message.thread && (
        <ThreadMark message={message} thread={message.thread} />
      )}
    </article>
  );
}

function isForMe({ mentions, senderId }: Message, me: string): boolean {
  if (senderId === me) return false;
  return mentions.includes(me) || mentions.includes(EVERYBODY);
}

interface ToolsProps {
  message: Message;
  root: string;
  onMore: (event: MouseEvent) => void;
}

function Tools({ message, root, onMore }: ToolsProps) {
  const { say } = useUi();
  return (
    <span class="tools">
      <IconButton
        icon="reply"
        label={say("reply")}
        onClick={() => (intent.value = { kind: "reply", message, root })}
      />
      <IconButton icon="more" label={say("actions")} onClick={onMore} />
    </span>
  );
}

interface BubbleProps {
  row: SaidRow;
  room: Talk;
  message: Message;
  view: View;
  flipped: boolean;
  onFlip: () => void;
  onMore: (event: MouseEvent) => void;
}

function Bubble(props: BubbleProps) {
  const { row, room, message, view, flipped, onFlip, onMore } = props;
  const { chat, say } = useUi();
  const reading = chat.reading.value;
  const first = useRef<string | null>(null);
  if (view.kind === "deleted")
    return (
      <div class="bubble deleted">
        <p class="text">{say("deleted")}</p>
      </div>
    );
  const translated = view.kind === "translated";
  const both = translated && prefs.value.both;
  const showsOwn = !translated || (flipped && !both);
  const language = showsOwn ? message.language : reading;
  const text = showsOwn ? message.content : view.text;
  // It moves where somebody may have seen the other text, not as it is read in.
  first.current ??= text;
  const told = first.current === text ? "" : "told";
  const big = isEmoji(text) && message.files.length === 0 ? "emoji" : "";
  return (
    <div class={`bubble ${view.kind} ${big} ${told}`}>
      {row.first && !row.mine && (
        <h2 class="author" style={{ "--hue": personHue(row.senderId) }}>
          <Name name={row.senderName} />
          {row.guest && <span class="guest-mark">{say("guest")}</span>}
          {row.bot && <span class="guest-mark">{say("bot")}</span>}
        </h2>
      )}
      {message.forwardedFrom && (
        <p class="forwarded">
          <Icon name="forward" />
          {say("forwardedFrom", { who: plainName(message.forwardedFrom) })}
        </p>
      )}
      {message.replyTo && message.replyTo !== room.root && (
        <Quoted message={message} room={room} />
      )}
      <Files message={message} />
      <div class="body" dir={dirOf(language)}>
        {text && (
          <Text
            key={showsOwn ? "own" : "told"}
            text={text}
            language={language}
          />
        )}
        {view.kind !== "rough" && !both && (
          <Meta
            message={message}
            view={view}
            mine={row.mine}
            room={room}
            flipped={flipped}
            onFlip={onFlip}
          />
        )}
      </div>
      {view.kind === "rough" && (
        <div class="below rough-text" dir={dirOf(reading)}>
          <span class="rough-label" dir="auto" title={say("roughMeans")}>
            <Icon name="rough" /> {say("rough")}
          </span>
          <Text text={view.text} language={reading} />
          <Meta message={message} view={view} mine={row.mine} room={room} />
        </div>
      )}
      {both && (
        <div class="below own-text" dir={dirOf(message.language)}>
          <Text
            class="text original-text"
            text={message.content}
            language={message.language}
          />
          <Meta message={message} view={view} mine={row.mine} room={room} />
        </div>
      )}
      <Tools message={message} root={room.root} onMore={onMore} />
    </div>
  );
}

/** What this one answers; a click goes there.  Of what is on the page itself
 * more is known than what came with the answer. */
function Quoted({ message, room }: { message: Message; room: Talk }) {
  const { chat, say } = useUi();
  const known = room.log.message(message.replyTo)?.value;
  const quote = known ?? message.quote;
  if (!quote) return null;
  const text = quote.deleted
    ? say("deleted")
    : textFor(quote, chat.reading.value, chat.me);
  return (
    <button
      type="button"
      class="quote"
      style={{ "--hue": personHue(quote.senderId) }}
      onClick={() => known && toRoom(room.id, String(known.seq))}
    >
      <span class="quote-who">
        <Name name={quote.senderName} />
      </span>
      <span class="quote-text" dir="auto">
        {plainText(text)}
      </span>
    </button>
  );
}

/** What was felt about it: each a button that joins in, or takes back. */
function Reactions({ message }: { message: Message }) {
  const { chat, say, locale } = useUi();
  if (message.reactions.length === 0) return null;
  return (
    <div class="reactions">
      {message.reactions.map(({ emoji, count, own }) => (
        <button
          key={emoji}
          type="button"
          class="reaction"
          aria-pressed={own}
          aria-label={say("reacted", { emoji, n: count })}
          onClick={() => void chat.react(message, emoji)}
        >
          <span aria-hidden="true">{emoji}</span>
          <span aria-hidden="true">{numberIn(count, locale)}</span>
        </button>
      ))}
    </div>
  );
}

export function textFor(
  message: Message | Quote,
  reading: string,
  me: string,
): string {
  const view = viewOf(message, reading);
  const told = view.kind === "translated" || view.kind === "rough";
  return told && message.senderId !== me ? view.text : message.content;
}

interface MetaProps {
  message: Message;
  view: View;
  mine: boolean;
  room: Talk;
  flipped?: boolean;
  onFlip?: () => void;
}

/** On the last line of the text: its language, when, and how far it is. */
function Meta(props: MetaProps) {
  const { message, view, mine, room, flipped = false, onFlip } = props;
  const { say } = useUi();
  return (
    <span class="meta">
      <Mark
        message={message}
        view={view}
        flipped={flipped}
        {...(onFlip ? { onFlip } : {})}
      />
      {message.pinned && (
        <span class="pinned" title={say("pinned")}>
          <Icon name="pin" />
          <span class="hidden">{say("pinned")}</span>
        </span>
      )}
      {message.edited && <span class="edited">{say("edited")}</span>}
      <Time at={message.createdAt} />
      {mine && <Ticks seq={message.seq} room={room} />}
    </span>
  );
}

/** One: it is saved.  Two: somebody has read it. */
function Ticks({ seq, room }: { seq: number; room: Talk }) {
  const { chat, say } = useUi();
  let n = 0;
  for (const [id, read] of room.readers.value)
    if (id !== chat.me && read >= seq) n++;
  const words = n > 0 ? say("readBy", { n }) : say("sent");
  return (
    <span class={`sent ${n > 0 ? "read" : ""}`} title={words}>
      <Icon name={n > 0 ? "checks" : "check"} />
      <span class="hidden">{words}</span>
    </span>
  );
}

export function Time({ at }: { at: number }) {
  const { locale } = useUi();
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at, locale)}>
      {clockTime(at, locale)}
    </time>
  );
}

interface MarkProps {
  message: Message;
  view: View;
  flipped: boolean;
  onFlip?: () => void;
}

/** Quiet where all is well; it has its place from the start, so nothing moves
 * when the translation comes. */
function Mark({ message, view, flipped, onFlip }: MarkProps) {
  const { chat, say, locale } = useUi();
  const code = message.language.split(/[-_]/)[0]?.toUpperCase();
  const language = languageName(message.language, locale);
  switch (view.kind) {
    case "translated": {
      const { people } = message.translations[chat.reading.value] ?? {};
      const told = people ? "byPeople" : "translated";
      const words = say(flipped ? "original" : told, { language });
      if (!onFlip)
        return (
          <span class="tag" title={say("bothShown", { language })}>
            {code}
          </span>
        );
      return (
        <button
          type="button"
          class="tag tag-button"
          aria-pressed={flipped}
          aria-label={`${code}: ${words}`}
          title={words}
          onClick={onFlip}
        >
          <Icon name={people ? "people" : "swap"} />
          {code}
        </button>
      );
    }
    case "pending":
      return (
        <span class="tag translating" title={say("translating")}>
          <Icon name="later" />
          {code}
          <span class="hidden">{say("translating")}</span>
        </span>
      );
    case "failed":
      return (
        <span class="tag untranslated" title={say("failed")}>
          {code}
          <span class="hidden">{say("failed")}</span>
        </span>
      );
    case "rough":
    case "skipped":
      return (
        <span class="tag" title={say("writtenIn", { language })}>
          {code}
        </span>
      );
    default:
      return null;
  }
}
