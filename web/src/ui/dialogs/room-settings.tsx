// What an admin settles about a room.
import { useState } from "preact/hooks";
import { roomPath } from "../../api";
import type { RoomInfo, RoomSettings } from "../../types";
import { useUi } from "../context";
import { openDialog } from "../modal";
import { RoomFace } from "../people";
import { daysIn, useServerDays } from "../retention";
import { FormModal } from "./form";
import { PictureField } from "./picture-field";
import { Toggle } from "./toggle";

const TITLE_MAX = 80;
const SLOW_SECONDS = 30;
const DAYS = [0, 1, 7, 30, 365];

export function openRoomSettings(room: RoomInfo): void {
  openDialog(() => <Settings room={room} />);
}

function Settings({ room }: { room: RoomInfo }) {
  const { chat, say } = useUi();
  const [now, setNow] = useState<Partial<RoomSettings>>({});
  const is = { ...room, ...now };
  const seen = chat.rooms.list.value.find(({ id }) => id === room.id) ?? room;
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
      <PictureField
        path={`${roomPath(room.id)}/picture`}
        label={say("pictureRoom")}
        has={seen.picture !== ""}
      >
        <RoomFace room={seen} id={room.id} />
      </PictureField>
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
      <Erasure
        days={is.retentionDays}
        onChange={(retentionDays) => change({ retentionDays })}
      />
    </FormModal>
  );
}

interface ErasureProps {
  days: number;
  onChange: (days: number) => void;
}

function Erasure({ days, onChange }: ErasureProps) {
  const { say, locale } = useUi();
  const server = useServerDays();
  // One that a program has set is there too.
  const all = [...new Set([...DAYS, days])].sort((a, b) => a - b);
  return (
    <fieldset class="choice">
      <legend>{say("erase")}</legend>
      <div class="choice-in">
        {all.map((n) => (
          <label key={n}>
            <input
              type="radio"
              name="erase"
              checked={n === days}
              onChange={() => onChange(n)}
            />
            <span>{n === 0 ? say("eraseNever") : daysIn(n, locale)}</span>
          </label>
        ))}
      </div>
      {days > 0 && <small>{say("eraseMeans")}</small>}
      {server > 0 && <small>{say("eraseServer", { n: server })}</small>}
    </fieldset>
  );
}
