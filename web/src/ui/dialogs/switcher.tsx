// Ctrl+K: to any room by a few letters of its name; public ones are joined.
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../../opened-api";
import { toRoom } from "../../route";
import type { RoomInfo } from "../../types";
import { useUi } from "../context";
import { Icon } from "../icons";
import { closeDialog, Modal, openDialog } from "../modal";
import { RoomFace, useTitle } from "../people";
import { fold } from "../format";
import { toast } from "../toast";

export function openSwitcher(): void {
  openDialog(() => <Switcher />);
}

function Switcher() {
  const { chat, say } = useUi();
  const titleOf = useTitle();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const mine = chat.rooms.list.value.filter((room) =>
    fold(titleOf(room)).includes(fold(wanted).trim()),
  );
  const others = usePublic(wanted).filter(({ id }) => !chat.rooms.get(id));
  const rooms = [...mine, ...others];
  const choose = (room: RoomInfo | undefined) => {
    if (!room) return;
    closeDialog();
    if (!others.includes(room)) toRoom(room.id);
    else void chat.join(room.id).catch(() => toast(say("didNotWork")));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const next = Math.max(0, Math.min(rooms.length - 1, at + step));
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") choose(rooms[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title={say("find")} class="picker switcher">
      <div class="search-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded={true}
          aria-controls="switcher-list"
          aria-activedescendant={rooms[at] ? `switcher-${at}` : ""}
          aria-label={say("find")}
          placeholder={say("find")}
          autocomplete="off"
          autofocus
          value={wanted}
          onInput={(event) => {
            setWanted(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul
        class="options"
        role="listbox"
        id="switcher-list"
        aria-label={say("rooms")}
        ref={list}
      >
        {rooms.map((room, i) => (
          <li
            key={room.id}
            id={`switcher-${i}`}
            role="option"
            aria-selected={i === at}
            class={`option ${i === at ? "at" : ""}`}
            onClick={() => choose(room)}
          >
            <RoomFace room={room} id={room.id} />
            <bdi class="option-name">{titleOf(room)}</bdi>
            {others.includes(room) && (
              <span class="option-other">
                {say("publicRoom")} · {say("people", { n: room.people })}
              </span>
            )}
          </li>
        ))}
      </ul>
      {rooms.length === 0 && <p class="none-found">{say("noRooms")}</p>}
    </Modal>
  );
}

const TYPED_MS = 200;

/** Public rooms of that name, as one types. */
function usePublic(wanted: string): RoomInfo[] {
  const { chat } = useUi();
  const [rooms, setRooms] = useState<RoomInfo[]>([]);
  useEffect(() => {
    const look = () =>
      api
        .publicRooms(chat.token, wanted.trim())
        .then(setRooms, () => undefined);
    const timer = setTimeout(look, TYPED_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return rooms;
}
