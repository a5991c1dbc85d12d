// One calm line about the room: there is no translator, it is back, or a
// language that nobody translates.  Never a red wall.
import { useComputed, useSignal } from "@preact/signals";
import type { Room } from "../room";
import { viewOf } from "../store/view";
import type { Message } from "../types";
import { useUi } from "./context";
import { languageName, listOf } from "./format";
import { Icon, IconButton } from "./icons";
import { isFinal } from "./failure";

interface Untold {
  /** Languages without a way into mine. */
  languages: string[];
  /** What may succeed when it is asked for again. */
  again: Message[];
}

export function Notice({ room }: { room: Room }) {
  const { chat, say, locale } = useUi();
  const hidden = useSignal("");
  const untold = useComputed(() => untoldOf(room, chat.reading.value, chat.me));
  const { languages, again } = untold.value;
  const presence = chat.watch.translator.value;
  const key = languages.join();

  if (presence !== "here")
    return (
      <p class={`notice ${presence}`} role="status">
        <Icon name={presence === "away" ? "later" : "check"} />
        <span>{say(presence === "away" ? "awayHint" : "backHint")}</span>
      </p>
    );
  if (again.length > 0)
    return (
      <p class="notice" role="status">
        <Icon name="info" />
        <span>{say("lateHint", { n: again.length })}</span>
        <button
          type="button"
          class="link"
          onClick={() => again.forEach((m) => room.translateAgain(m))}
        >
          {say("again")}
        </button>
      </p>
    );
  if (languages.length === 0 || hidden.value === key) return null;
  const names = languages.map((code) => languageName(code, locale));
  return (
    <p class="notice" role="status">
      <Icon name="info" />
      <span>
        {say("noneHint", {
          reading: languageName(chat.reading.value, locale),
          languages: listOf(names, locale),
        })}
      </span>
      <IconButton
        icon="close"
        label={say("close")}
        onClick={() => (hidden.value = key)}
      />
    </p>
  );
}

function untoldOf(room: Room, reading: string, me: string): Untold {
  const languages = new Set<string>();
  const again: Message[] = [];
  for (const id of room.log.ids.value) {
    const message = room.log.message(id)?.value;
    if (!message || message.senderId === me) continue;
    const view = viewOf(message, reading);
    if (view.kind !== "failed") continue;
    if (!isFinal(view.reason)) again.push(message);
    else if (isPair(view.reason)) languages.add(message.language);
  }
  return { languages: [...languages].sort(), again };
}

function isPair(reason: string): boolean {
  return /unsupported|language not|no path/i.test(reason);
}
