import { useState } from "preact/hooks";
import { useUi } from "../context";
import { openDialog } from "../modal";
import { FormModal } from "./form";

const TITLE_MAX = 80;
const KINDS = ["group", "public"] as const;

export function openNewRoom(): void {
  openDialog(() => <NewRoom />);
}

function NewRoom() {
  const { chat, say } = useUi();
  const [title, setTitle] = useState("");
  const [kind, setKind] = useState<(typeof KINDS)[number]>("group");
  return (
    <FormModal
      title={say("newRoom")}
      submit={say("create")}
      run={() => chat.makeRoom(kind, title.trim())}
    >
      <label class="field">
        <span class="field-label">{say("roomName")}</span>
        <input
          name="title"
          dir="auto"
          maxLength={TITLE_MAX}
          required
          autofocus
          value={title}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      </label>
      <div class="kinds" role="group" aria-label={say("newRoom")}>
        {KINDS.map((one) => (
          <button
            key={one}
            type="button"
            class="kind"
            aria-pressed={kind === one}
            onClick={() => setKind(one)}
          >
            <b>{say(one === "group" ? "privateRoom" : "publicRoom")}</b>
            <small>
              {say(one === "group" ? "privateMeans" : "publicMeans")}
            </small>
          </button>
        ))}
      </div>
    </FormModal>
  );
}
