// About one message: report it, forward it, see what it said before.
import { useState } from "preact/hooks";
import * as people from "../../people-api";
import type { Revision } from "../../people-api";
import { reportMessage } from "../../reports";
import type { Message, RoomInfo } from "../../types";
import { useUi } from "../context";
import { dirOf, fullTime, plainText } from "../format";
import { closeDialog, Modal, openDialog } from "../modal";
import { RoomFace, useTitle } from "../people";
import { toast } from "../toast";
import { FormModal } from "./form";
import { useList } from "./mine";

const REASON_MAX = 500;

export function openReport(message: Message): void {
  openDialog(() => <Report message={message} />);
}

function Report({ message }: { message: Message }) {
  const { chat, say } = useUi();
  const [reason, setReason] = useState("");
  return (
    <FormModal
      title={say("report")}
      submit={say("report")}
      run={async () => {
        await reportMessage(chat.token, message.id, reason.trim());
        toast(say("reported"));
      }}
    >
      <label class="field">
        <span class="field-label">{say("reportWhy")}</span>
        <input
          name="reason"
          dir="auto"
          maxLength={REASON_MAX}
          autofocus
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </FormModal>
  );
}

export function openForward(message: Message): void {
  openDialog(() => <Forward message={message} />);
}

function Forward({ message }: { message: Message }) {
  const { chat, say } = useUi();
  const titleOf = useTitle();
  const rooms = chat.rooms.list.value.filter((room) => room.role !== "reader");
  const choose = async (room: RoomInfo) => {
    closeDialog();
    const done = await chat.forward(message, room.id);
    toast(say(done ? "forwarded" : "didNotWork"));
  };
  return (
    <Modal title={say("forwardTo")} class="picker switcher">
      <ul class="options">
        {rooms.map((room) => (
          <li key={room.id}>
            <button
              type="button"
              class="option wide"
              onClick={() => void choose(room)}
            >
              <RoomFace room={room} id={room.id} />
              <bdi class="option-name">{titleOf(room)}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

export function openHistory(message: Message): void {
  openDialog(() => <History message={message} />);
}

function History({ message }: { message: Message }) {
  const { chat, say, locale } = useUi();
  const [list] = useList<Revision>(() =>
    people.revisions(chat.token, message.id),
  );
  return (
    <Modal title={say("history")} class="listing">
      {list?.length === 0 && <p class="none-found">{say("noHits")}</p>}
      <ul class="reports">
        {list?.map(({ revision, content, language, at }) => (
          <li key={revision}>
            <p class="report-head">
              <time>{fullTime(at, locale)}</time>
            </p>
            <p dir={dirOf(language)} lang={language}>
              {plainText(content)}
            </p>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
