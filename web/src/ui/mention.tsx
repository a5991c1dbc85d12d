// Completing @names: those of the room, as one types.
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import type { Room } from "../room";
import type { Member } from "../types";
import { useUi } from "./context";
import { fold } from "./format";

const SHOWN_MAX = 6;
const BEGUN = /(?:^|\s)@([\p{L}\p{N}._-]*)$/u;

export interface Mention {
  found: Member[];
  at: number;
  choose: (member: Member | undefined) => void;
  /** True: the key was for the list. */
  onKey: (key: string) => boolean;
  /** Where the caret is now. */
  look: () => void;
  attributes: object;
}

export function useMention(
  room: Room,
  box: RefObject<HTMLTextAreaElement | null>,
  draft: string,
  change: (text: string) => void,
): Mention {
  const { chat } = useUi();
  const [caret, setCaret] = useState(-1);
  const [at, setAt] = useState(0);
  const begun = caret < 0 ? null : BEGUN.exec(draft.slice(0, caret));
  const wanted = begun?.[1] ?? "";
  if (begun && room.members.value.length === 0) void room.loadMembers();
  const found = begun
    ? room.members.value
        .filter(({ id }) => id !== chat.me)
        .filter(({ name, username }) =>
          fold(`${username}\n${name}`).includes(fold(wanted)),
        )
        .slice(0, SHOWN_MAX)
    : [];
  const choose = (member: Member | undefined) => {
    if (!member) return;
    const start = caret - wanted.length;
    // A guest's name may be several's; the first word of it is one's own.
    const name = member.guest ? member.name.split(/\s/)[0] : member.username;
    const text = `${draft.slice(0, start)}${name} ${draft.slice(caret)}`;
    change(text);
    setCaret(-1);
    box.current?.focus();
  };
  const onKey = (key: string) => {
    if (found.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) setAt((at + step + found.length) % found.length);
    else if (key === "Enter" || key === "Tab") choose(found[at] ?? found[0]);
    else if (key === "Escape") setCaret(-1);
    else return false;
    return true;
  };
  const look = () => {
    const area = box.current;
    const still = area && area.selectionStart === area.selectionEnd;
    setCaret(still ? area.selectionStart : -1);
  };
  const open = found.length > 0;
  const attributes = open
    ? { "aria-controls": "mentions", "aria-autocomplete": "list" as const }
    : {};
  return { found, at, choose, onKey, look, attributes };
}
