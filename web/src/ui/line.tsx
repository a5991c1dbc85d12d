import { Component } from "preact";
import type { Talk } from "../room";
import type { Row } from "../store/view";
import { useUi } from "./context";
import { dayName } from "./format";
import { MessageLine } from "./message";
import { OutgoingBubble } from "./outgoing";
import { ThreadLine } from "./thread-line";

interface LineProps {
  row: Row;
  room: Talk;
}

/** Hundreds of lines stand still while one changes, so each is asked first.
 * What a message says is a signal, which its bubble follows by itself. */
export class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    return !sameRow(this.props.row, next.row) || next.room !== this.props.room;
  }

  override render({ row, room }: LineProps) {
    if (row.sort === "day") return <Day at={row.at} />;
    if (row.sort === "new") return <New />;
    if (row.sort === "thread") return <ThreadLine row={row} room={room} />;
    if (row.entry.sort === "outgoing") return <OutgoingBubble row={row} />;
    return <MessageLine row={row} room={room} />;
  }
}

function sameRow(a: Row, b: Row): boolean {
  if (a.sort === "thread" && b.sort === "thread")
    return a.key === b.key && a.ids.length === b.ids.length;
  if (a.sort !== "entry" || b.sort !== "entry") return a.key === b.key;
  return (
    a.first === b.first &&
    a.last === b.last &&
    a.entry.sort === b.entry.sort &&
    a.entry.id === b.entry.id
  );
}

function Day({ at }: { at: number }) {
  const { locale } = useUi();
  return (
    <p class="day">
      <span>{dayName(at, Date.now(), locale)}</span>
    </p>
  );
}

function New() {
  const { say } = useUi();
  return (
    <p class="new-since">
      <span>{say("newSince")}</span>
    </p>
  );
}
