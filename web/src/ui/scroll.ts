// A list that grows at both ends: it follows the newest message while the
// reader is there, and holds what the reader looks at in place otherwise.
import { useLayoutEffect, useRef } from "preact/hooks";

const AT_END_PX = 60;

interface Anchor {
  key: string;
  top: number;
}

/** The first row below the upper edge; they stand in order, so a few are
 * asked. */
function anchorOf(outer: HTMLElement): Anchor | null {
  const edge = outer.getBoundingClientRect().top;
  const rows = outer.querySelectorAll<HTMLElement>("[data-message]");
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const box = rows[middle]?.getBoundingClientRect();
    if (box && box.bottom > edge) to = middle;
    else from = middle + 1;
  }
  const row = rows[from];
  if (!row) return null;
  const { top } = row.getBoundingClientRect();
  return { key: row.dataset["message"] ?? "", top: top - edge };
}

function hold(outer: HTMLElement, anchor: Anchor): void {
  const row = outer.querySelector<HTMLElement>(
    `[data-message="${CSS.escape(anchor.key)}"]`,
  );
  if (!row) return;
  const edge = outer.getBoundingClientRect().top;
  outer.scrollTop += row.getBoundingClientRect().top - edge - anchor.top;
}

/** `onMove` hears how far it is to either end, and which message is at the
 * upper edge ("": who is at the end follows it).  The end of the list is only
 * followed when it is the end of the room (`newest`). */
export function useScroll(
  onMove: (top: number, left: number, eye: string) => void,
  newest: boolean,
) {
  const outer = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const anchor = useRef<Anchor | null>(null);
  const follows = useRef(newest);
  follows.current = newest;

  const toEnd = () => {
    atEnd.current = true;
    if (!outer.current) return;
    outer.current.scrollTop = outer.current.scrollHeight;
    lastTop.current = outer.current.scrollTop;
  };

  /** After a change of the list: whoever looks somewhere goes on looking
   * there. */
  const settle = () => {
    if (atEnd.current && follows.current) toEnd();
    else if (outer.current && anchor.current)
      hold(outer.current, anchor.current);
  };
  // And before painting, when a text in it or the window has another size.
  useLayoutEffect(() => {
    const observer = new ResizeObserver(settle);
    if (outer.current) observer.observe(outer.current);
    if (inner.current) observer.observe(inner.current);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const box = outer.current;
    if (!box) return;
    // Only who goes up leaves the end: texts may have grown since the move that
    // is told here.
    const stays = atEnd.current && box.scrollTop >= lastTop.current - 1;
    lastTop.current = box.scrollTop;
    if (stays && follows.current) toEnd();
    const left = box.scrollHeight - box.scrollTop - box.clientHeight;
    atEnd.current = left < AT_END_PX && follows.current;
    anchor.current = atEnd.current ? null : anchorOf(box);
    onMove(box.scrollTop, left, anchor.current?.key ?? "");
  };
  return { outer, inner, onScroll, settle, toEnd };
}
