import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { State } from "../store/state";
import { useUi } from "./context";
import { LaterIcon, SendIcon } from "./icons";
import { LanguageSelect } from "./language-select";

/** Characters of one message; the gateway has the last word. */
const MESSAGE_MAX = 4000;
const COUNT_FROM = 200;

export function Composer({ state }: { state: State }) {
  const { chat, say } = useUi();
  const [draft, setDraft] = useState("");
  // Until chosen otherwise I write in the language that I read.
  const [chosen, setChosen] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const online = state.link === "online";
  const writing = chosen || state.language;
  const left = MESSAGE_MAX - [...draft].length;
  const sendable = draft.trim() !== "" && left >= 0;

  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [draft]);

  const submit = (event?: Event) => {
    event?.preventDefault();
    if (!sendable) return;
    chat.send(draft.trim(), writing);
    setDraft("");
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    submit(event);
  };

  return (
    <form class={`composer ${online ? "" : "offline"}`} onSubmit={submit}>
      <div class="composer-in">
        <textarea
          ref={box}
          rows={1}
          value={draft}
          lang={writing}
          dir="auto"
          aria-label={say("message")}
          placeholder={say("placeholder")}
          enterkeyhint="send"
          onInput={(event) => {
            setDraft(event.currentTarget.value);
            chat.typing();
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          class="primary send"
          disabled={!sendable}
          aria-label={say(online ? "send" : "sendLater")}
          title={say(online ? "send" : "sendLater")}
        >
          {online ? <SendIcon /> : <LaterIcon />}
        </button>
        <div class="composer-foot">
          <LanguageSelect
            label={say("writeIn")}
            value={writing}
            languages={state.languages}
            onChange={setChosen}
          />
          <span class="hint" role="status">
            {online ? "" : say("offlineHint")}
          </span>
          {left <= COUNT_FROM && (
            <span class={`count ${left < 0 ? "over" : ""}`} role="status">
              {left < 0
                ? say("charsOver", { n: -left })
                : say("charsLeft", { n: left })}
            </span>
          )}
        </div>
      </div>
    </form>
  );
}
