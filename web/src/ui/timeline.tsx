import { useEffect, useMemo } from "preact/hooks";
import type { State } from "../store/state";
import { timelineOf } from "../store/view";
import { useUi } from "./context";
import { DownIcon } from "./icons";
import { Line } from "./line";
import { useScroll } from "./scroll";

const NEAR_TOP_PX = 300;

export function Timeline({ state, me }: { state: State; me: string }) {
  const { chat, say } = useUi();
  const { messages, outbox, language, loaded, hasOlder } = state;
  const online = state.link === "online";
  const rows = useMemo(
    () => timelineOf(messages, outbox, me),
    [messages, outbox, me],
  );
  const scroll = useScroll((top, away) => {
    chat.store.dispatch({ type: "view/scrolled", away });
    if (top < NEAR_TOP_PX) void chat.loadOlder();
  });
  // What I send brings me back to the end.
  const sent = outbox.at(-1)?.clientId;
  useEffect(() => {
    if (sent) scroll.toEnd();
  }, [sent]);
  // The same list gives the same nodes, which are not compared again.
  const nodes = useMemo(
    () =>
      rows.map((row) => (
        <Line key={row.key} row={row} language={language} online={online} />
      )),
    [rows, language, online],
  );

  return (
    <div class="timeline">
      <div
        class="scroller"
        ref={scroll.outer}
        onScroll={scroll.onScroll}
        tabIndex={0}
        role="log"
        aria-live="polite"
        aria-label={say("messages")}
        aria-busy={!loaded || state.loadingOlder}
      >
        <div class="column" ref={scroll.inner}>
          {loaded && hasOlder && (
            <button
              type="button"
              class="quiet older"
              disabled={state.loadingOlder}
              onClick={() => void chat.loadOlder()}
            >
              {state.loadingOlder ? say("loading") : say("showOlder")}
            </button>
          )}
          {!loaded && <p class="note">{say("loading")}</p>}
          {loaded && rows.length === 0 && <p class="note">{say("empty")}</p>}
          {nodes}
        </div>
      </div>
      {state.away && (
        <button type="button" class="jump" onClick={scroll.toEnd}>
          <DownIcon />
          {state.unseen > 0
            ? say("newCount", { n: state.unseen })
            : say("toNewest")}
        </button>
      )}
    </div>
  );
}
