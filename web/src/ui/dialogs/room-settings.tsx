// What an admin settles about a room.
import { useState } from "preact/hooks";
import type { RoomInfo, RoomSettings } from "../../types";
import { useUi } from "../context";
import { openDialog } from "../modal";
import { FormModal } from "./form";
import { Toggle } from "./toggle";

const TITLE_MAX = 80;
const SLOW_SECONDS = 30;

export function openRoomSettings(room: RoomInfo): void {
  openDialog(() => <Settings room={room} />);
}

function Settings({ room }: { room: RoomInfo }) {
  const { chat, say } = useUi();
  const [now, setNow] = useState<Partial<RoomSettings>>({});
  const is = { ...room, ...now };
  const change = (some: Partial<RoomSettings>) => setNow({ ...now, ...some });
  return (
    <FormModal
      title={say("roomSettings")}
      class="settings"
      submit={say("save")}
      run={async () => {
        if (Object.keys(now).length > 0) await chat.setRoom(room.id, now);
      }}
    >
      <label class="field">
        <span class="field-label">{say("roomName")}</span>
        <input
          name="title"
          dir="auto"
          maxLength={TITLE_MAX}
          required
          value={is.title}
          onInput={(event) => change({ title: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span class="field-label">{say("description")}</span>
        <input
          name="description"
          dir="auto"
          maxLength={200}
          value={is.description}
          onInput={(event) =>
            change({ description: event.currentTarget.value })
          }
        />
      </label>
      <Toggle
        words={say("translateHere")}
        on={is.translation}
        onChange={(translation) => change({ translation })}
      />
      <Toggle
        words={say("readOnly")}
        on={is.readOnly}
        onChange={(readOnly) => change({ readOnly })}
      />
      <Toggle
        words={say("slow")}
        on={is.slowSeconds > 0}
        onChange={(on) => change({ slowSeconds: on ? SLOW_SECONDS : 0 })}
      />
      <Toggle
        words={say("archived")}
        on={is.archived}
        onChange={(archived) => change({ archived })}
      />
    </FormModal>
  );
}
