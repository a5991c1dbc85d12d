// What is said under one message: beside the conversation on a desk, over it
// on a phone.
import { useEffect, useLayoutEffect, useMemo } from "preact/hooks";
import type { Room } from "../room";
import { timelineOf, viewOf } from "../store/view";
import type { Thread } from "../thread";
import type { Message, Quote, User } from "../types";
import { Composer } from "./composer";
import { useUi } from "./context";
import { dirOf, personHue, plainText } from "./format";
import { IconButton } from "./icons";
import { Line } from "./line";
import { textFor } from "./message";
import { Name } from "./people";
import { useScroll } from "./scroll";
import { closeThread } from "./thread-line";
import { walk } from "./timeline";

interface Props {
  room: Room;
  thread: Thread;
  me: User;
}

export function ThreadPane({ room, thread, me }: Props) {
  const { chat, say } = useUi();
  const { log, root } = thread;
  const ids = log.ids.value;
  const outbox = chat.outbox.list.value;
  const loaded = log.loaded.value;
  const rows = useMemo(() => {
    const mine = outbox.filter((o) => o.thread === root);
    return timelineOf(log.all(), mine, me.id, Infinity, false);
  }, [ids, outbox, root]);
  const scroll = useScroll(() => undefined, true);
  useLayoutEffect(scroll.settle, [rows]);
  useSaw(room, thread);
  const close = () => closeThread(room);
  return (
    <section
      class="panel thread"
      aria-label={say("thread")}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) close();
      }}
    >
      <header class="panel-head">
        <h2>{say("thread")}</h2>
        <IconButton icon="close" label={say("close")} onClick={close} />
      </header>
      <div
        class="scroller"
        ref={scroll.outer}
        onScroll={scroll.onScroll}
        tabIndex={0}
        role="group"
        aria-label={say("messages")}
        aria-busy={!loaded}
        onKeyDown={walk}
      >
        <div class="column" ref={scroll.inner}>
          <Root room={room} thread={thread} />
          {loaded && rows.length === 0 && (
            <p class="thread-none">{say("threadEmpty")}</p>
          )}
          {rows.map((row) => (
            <Line key={row.key} row={row} room={thread} />
          ))}
        </div>
      </div>
      <Composer room={room} me={me} thread={thread} />
    </section>
  );
}

/** What comes while it is open is seen. */
function useSaw(room: Room, thread: Thread): void {
  const { chat } = useUi();
  const { root } = thread;
  const counted = room.log.message(root)?.value.thread?.replies;
  const here = thread.log.ids.value.length;
  const loaded = thread.log.loaded.value;
  useEffect(() => {
    const look = () => {
      if (loaded && !document.hidden) chat.threads.saw(root, counted ?? here);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [root, counted, here, loaded]);
}

/** The message itself, or as much of it as its answers bring along when it is
 * far up in the room. */
function Root({ room, thread }: { room: Room; thread: Thread }) {
  const { chat, say } = useUi();
  void thread.log.ids.value;
  const answer = thread.log.all().find((m) => m.replyTo === thread.root);
  const root: Message | Quote | null | undefined =
    room.log.message(thread.root)?.value ?? answer?.quote;
  if (!root) return null;
  const reading = chat.reading.value;
  const rough = viewOf(root, reading).kind === "rough";
  const told = textFor(root, reading, chat.me);
  const text = root.deleted ? say("deleted") : rough ? root.content : told;
  const own = rough || text === root.content;
  const language = own ? root.language : reading;
  return (
    <div class="thread-root" style={{ "--hue": personHue(root.senderId) }}>
      <p class="quote-who">
        <Name name={root.senderName} />
      </p>
      <p lang={language} dir={dirOf(language)}>
        {plainText(text)}
      </p>
      {rough && told !== root.content && (
        <p class="rough-text" lang={reading} dir={dirOf(reading)}>
          <span class="rough-label" title={say("roughMeans")}>
            {say("rough")}
          </span>
          {plainText(told)}
        </p>
      )}
    </div>
  );
}
