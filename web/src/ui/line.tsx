import { Component } from "preact";
import type { Row } from "../store/view";
import type { Message, Outgoing } from "../types";
import { useUi } from "./context";
import { dayName, hueOf, initialOf } from "./format";
import { MessageBubble } from "./message";
import { OutgoingBubble } from "./outgoing";

type SaidRow = Extract<Row, { sort: "entry" }>;

interface LineProps {
  row: Row;
  language: string;
  online: boolean;
}

/** Hundreds of lines stand still while one changes, so each is asked first. */
export class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const { row, language, online } = this.props;
    return (
      next.language !== language ||
      next.online !== online ||
      !sameRow(row, next.row)
    );
  }

  override render({ row, language, online }: LineProps) {
    if (row.sort === "day") return <Day at={row.at} />;
    return <Said row={row} language={language} online={online} />;
  }
}

function sameRow(a: Row, b: Row): boolean {
  if (a.sort === "day" || b.sort === "day") return a.key === b.key;
  return a.first === b.first && a.last === b.last && textOf(a) === textOf(b);
}

function textOf({ entry }: SaidRow): Message | Outgoing {
  return entry.sort === "message" ? entry.message : entry.outgoing;
}

function Day({ at }: { at: number }) {
  const { locale } = useUi();
  return (
    <p class="day">
      <span>{dayName(at, Date.now(), locale)}</span>
    </p>
  );
}

interface SaidProps extends LineProps {
  row: SaidRow;
}

function Said({ row, language, online }: SaidProps) {
  const { mine, first, last, senderId, senderName, entry } = row;
  const marks = [mine && "mine", first && "first", last && "last"];
  return (
    <article class={["line", ...marks].filter(Boolean).join(" ")}>
      {first && !mine && (
        <>
          <span
            class="avatar"
            style={{ "--hue": hueOf(senderId) }}
            aria-hidden="true"
          >
            {initialOf(senderName)}
          </span>
          <h2 class="author" dir="auto">
            {senderName}
          </h2>
        </>
      )}
      {entry.sort === "message" ? (
        <MessageBubble
          key="message"
          message={entry.message}
          language={language}
          mine={mine}
        />
      ) : (
        <OutgoingBubble
          key="outgoing"
          outgoing={entry.outgoing}
          online={online}
        />
      )}
    </article>
  );
}
