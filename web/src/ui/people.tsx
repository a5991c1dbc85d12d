// Faces and names.
import type { RoomInfo } from "../types";
import { PUBLIC_ROOM } from "../chat";
import { useUi } from "./context";
import { hueOf, initialOf, plainName } from "./format";
import { Icon } from "./icons";

export function Avatar({ id, name }: { id: string; name: string }) {
  return (
    <span class="avatar" style={{ "--hue": hueOf(id) }} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}

export function Name({ name }: { name: string }) {
  return <bdi>{plainName(name)}</bdi>;
}

/** The public room is called what its readers call it, until somebody has
 * given it a name. */
export function useTitle(): (
  room: RoomInfo | undefined,
  id?: string,
) => string {
  const { say } = useUi();
  return (room, id = room?.id ?? "") => {
    if (id === PUBLIC_ROOM && (!room || /^(any|everyone|)$/i.test(room.title)))
      return say("everyone");
    return plainName(room?.title || say("direct"));
  };
}

export function RoomFace({ room, id }: { room?: RoomInfo; id: string }) {
  const title = useTitle()(room, id);
  const open = id === PUBLIC_ROOM;
  return (
    <span
      class={`avatar room-face ${open ? "public" : ""}`}
      style={{ "--hue": hueOf(id) }}
      aria-hidden="true"
    >
      {open ? <Icon name="globe" /> : initialOf(title)}
    </span>
  );
}
