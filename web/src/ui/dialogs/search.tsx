// What was said in a room, found by its words in either language.
import { useEffect, useState } from "preact/hooks";
import * as api from "../../opened-api";
import { seqFrom } from "../../people-api";
import { toRoom } from "../../route";
import type { Message } from "../../types";
import { useUi } from "../context";
import { Icon } from "../icons";
import { closeDialog, Modal, openDialog } from "../modal";
import { toast } from "../toast";
import { Hits } from "./hits";

const TYPED_MS = 250;

export function openSearch(room: string): void {
  openDialog(() => <Search room={room} />);
}

function Search({ room }: { room: string }) {
  const { chat, say } = useUi();
  const [wanted, setWanted] = useState("");
  const [hits, setHits] = useState<Message[] | null>(null);
  useEffect(() => {
    const q = wanted.trim();
    setHits(null);
    if (!q) return;
    let current = true;
    const look = async () => {
      const found = await api
        .search(chat.token, q, room)
        .catch(() => ({ messages: [] }));
      if (current) setHits(found.messages);
    };
    const timer = setTimeout(() => void look(), TYPED_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted, room]);
  return (
    <Modal title={say("search")} class="picker">
      <div class="search-field">
        <Icon name="search" />
        <input
          type="search"
          aria-label={say("search")}
          placeholder={say("search")}
          autocomplete="off"
          autofocus
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      <Hits messages={hits ?? []} />
      {wanted.trim() === "" && <Day room={room} />}
      <p class="none-found" role="status">
        {hits?.length === 0 ? say("noHits") : ""}
      </p>
    </Modal>
  );
}

/** To the first message of a day. */
function Day({ room }: { room: string }) {
  const { chat, say } = useUi();
  const go = async (date: Date | null) => {
    if (!date) return;
    const midnight = new Date(
      date.getUTCFullYear(),
      date.getUTCMonth(),
      date.getUTCDate(),
    );
    const seq = await seqFrom(chat.token, room, midnight).catch(() => 0);
    if (!seq) toast(say("noDay"));
    else {
      closeDialog();
      toRoom(room, String(seq));
    }
  };
  return (
    <label class="field day-field">
      <span class="field-label">{say("goToDay")}</span>
      <input
        type="date"
        onChange={(event) => void go(event.currentTarget.valueAsDate)}
      />
    </label>
  );
}
