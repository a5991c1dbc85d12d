// Faces and names.
import type { Member, RoomInfo } from "../types";
import { PUBLIC_ROOM } from "../chat";
import { faceAt, personPath, roomPath } from "../faces";
import { useUi } from "./context";
import { hueOf, initialOf, personHue, plainName } from "./format";
import { Icon } from "./icons";

/** The name stands beside it, so it says nothing itself. */
export function Avatar({ id, name }: { id: string; name: string }) {
  const face = faceAt(personPath(id));
  return (
    <span class="avatar" style={{ "--hue": personHue(id) }} aria-hidden="true">
      {face ? <img src={face} alt="" /> : initialOf(name)}
    </span>
  );
}

export function Name({ name }: { name: string }) {
  return <bdi>{plainName(name)}</bdi>;
}

/** How many people are in a room; the programs that are known to be there are
 * none. */
export function peopleIn(info: RoomInfo, members: readonly Member[]): number {
  return info.people - members.filter(({ bot }) => bot).length;
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
  const face = faceAt(roomPath(room));
  if (face)
    return (
      <span class="avatar room-face" aria-hidden="true">
        <img src={face} alt="" />
      </span>
    );
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
