import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { PUBLIC_ROOM } from "../chat";
import type { Room } from "../room";
import { route } from "../route";
import { timelineOf } from "../store/view";
import type { Outgoing } from "../types";
import { useUi } from "./context";
import { withDialogs } from "./open";
import { Greetings } from "./hello";
import { Icon } from "./icons";
import { Line } from "./line";
import { openThread } from "./thread-line";
import { useScroll } from "./scroll";

const NEAR_PX = 600;

export function Timeline({ room, me }: { room: Room; me: string }) {
  const { chat, say } = useUi();
  const { log } = room;
  const ids = log.ids.value;
  const outbox = chat.outbox.list.value;
  const newest = !log.hasNewer.value;
  const loaded = log.loaded.value;
  // Where I had read to when I came in: there the line "new" stays.
  const [readSeq] = useState(() => {
    const info = chat.rooms.get(room.id);
    return info && info.unread > 0 ? info.readSeq : Infinity;
  });
  const rows = useMemo(() => {
    const here = (o: Outgoing) => o.room === room.id && !o.thread;
    const mine = newest ? outbox.filter(here) : [];
    return timelineOf(log.all(), mine, me, readSeq);
  }, [ids, outbox, newest, me, readSeq]);
  const scroll = useScroll((top, left, eye) => {
    log.scrolled(left > NEAR_PX / 10 || log.hasNewer.peek(), eye);
    if (top < NEAR_PX) void room.loadOlder();
    if (left < NEAR_PX) void room.loadNewer();
  }, newest);
  useLayoutEffect(scroll.settle, [rows]);
  const sent = outbox.at(-1)?.clientId;
  useEffect(() => {
    if (sent) void room.toNewest().then(scroll.toEnd);
  }, [sent]);
  useGoTo(room);
  useMarkRead(room, newest);
  const nodes = useMemo(
    () => rows.map((row) => <Line key={row.key} row={row} room={room} />),
    [rows, room],
  );
  const empty = loaded && rows.length === 0;

  return (
    <div class="timeline">
      <div
        class="scroller"
        ref={scroll.outer}
        onScroll={scroll.onScroll}
        tabIndex={0}
        role="region"
        aria-label={say("messages")}
        aria-busy={!loaded || log.loading.value}
        onKeyDown={walk}
      >
        <div class={`column ${empty ? "bare" : ""}`} ref={scroll.inner}>
          {loaded && log.hasOlder.value && (
            <button
              type="button"
              class="quiet older"
              disabled={log.loading.value}
              onClick={() => void room.loadOlder()}
            >
              {log.loading.value ? say("loading") : say("showOlder")}
            </button>
          )}
          {!loaded && <Skeleton words={say("loading")} />}
          {empty && <Empty room={room} />}
          {nodes}
        </div>
      </div>
      {log.away.value && (
        <button
          type="button"
          class="jump"
          onClick={() => void room.toNewest().then(scroll.toEnd)}
        >
          <Icon name="down" />
          {log.unseen.value > 0
            ? say("newCount", { n: log.unseen.value })
            : say("toNewest")}
        </button>
      )}
    </div>
  );
}

/** The message that the address names comes into view and is shown for a
 * moment. */
function useGoTo(room: Room): void {
  const at = route.value.name === "room" ? route.value.at : "";
  const loaded = room.log.loaded.value;
  useEffect(() => {
    if (!at || !loaded) return;
    const seq = Number(at);
    if (!Number.isInteger(seq)) return;
    void room.toSeq(seq).then(() => {
      const said = room.log.all().find((message) => message.seq === seq);
      if (said?.threadId) openThread(room, said.threadId);
      requestAnimationFrame(() => {
        const line = document.querySelector(`[data-seq="${seq}"]`);
        line?.scrollIntoView({ block: "center" });
        line?.classList.add("shown");
      });
    });
  }, [at, loaded, room]);
}

/** What is on the screen at the end of the room, while somebody looks. */
function useMarkRead(room: Room, newest: boolean): void {
  const { chat } = useUi();
  const { ids, away, loaded } = room.log;
  const [last, far, known] = [ids.value, away.value, loaded.value];
  useLayoutEffect(() => {
    const look = () => {
      if (!known || far || !newest || document.hidden) return;
      chat.read(room.id, room.log.newest);
    };
    look();
    document.addEventListener("visibilitychange", look);
    addEventListener("focus", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("focus", look);
    };
  }, [last, far, known, newest, room]);
}

/** Up and Down go from message to message. */
export function walk(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const outer = event.currentTarget as HTMLElement;
  if (!step || event.altKey || event.ctrlKey) return;
  const lines = [...outer.querySelectorAll<HTMLElement>(".line, .thread-line")];
  const now = lines.findIndex((line) => line.contains(document.activeElement));
  const next = now < 0 ? lines.at(-1) : lines[now + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function Skeleton({ words }: { words: string }) {
  return (
    <div class="skeleton">
      <p class="hidden">{words}</p>
      {[58, 34, 72, 46].map((width, i) => (
        <span
          key={width}
          class={i === 2 ? "mine" : ""}
          style={{ width: `${width}%` }}
        />
      ))}
    </div>
  );
}

function Empty({ room }: { room: Room }) {
  const { say } = useUi();
  return (
    <div class="empty">
      <Greetings />
      <h2>{say("emptyTitle")}</h2>
      <p>{say("emptyText")}</p>
      <button
        type="button"
        class="primary"
        onClick={() => withDialogs((m) => m.openInvite(room.id))}
      >
        <Icon name={room.id === PUBLIC_ROOM ? "link" : "people"} />
        {say("invite")}
      </button>
    </div>
  );
}
