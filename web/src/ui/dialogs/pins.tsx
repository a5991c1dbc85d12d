// What was pinned in a room.
import { useEffect, useState } from "preact/hooks";
import * as api from "../../opened-api";
import type { Room } from "../../room";
import type { Message } from "../../types";
import { useUi } from "../context";
import { Modal, openDialog } from "../modal";
import { Hits } from "./hits";

export function openPins(room: Room): void {
  openDialog(() => <Pins room={room} />);
}

function Pins({ room }: { room: Room }) {
  const { chat, say } = useUi();
  const [pins, setPins] = useState<Message[] | null>(null);
  useEffect(() => {
    api.listPins(chat.token, room.id, chat.language).then(
      ({ messages }) => setPins(messages),
      () => setPins([]),
    );
  }, [room]);
  return (
    <Modal title={say("pinned")} class="picker">
      <Hits messages={pins ?? []} />
      {pins?.length === 0 && <p class="none-found">{say("noHits")}</p>}
    </Modal>
  );
}
