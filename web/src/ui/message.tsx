import { useState } from "preact/hooks";
import type { Message } from "../types";
import { viewOf, type View } from "../store/view";
import type { Key } from "../strings";
import { useUi } from "./context";
import { clockTime, hueOf, languageName } from "./format";
import { CheckIcon, SwapIcon } from "./icons";
import { Text } from "./text";

interface Props {
  message: Message;
  /** The language of the reader. */
  language: string;
  mine: boolean;
}

export function MessageBubble({ message, language, mine }: Props) {
  const { say } = useUi();
  const [open, setOpen] = useState(false);
  const seen = viewOf(message, language);
  // What I wrote I read as I wrote it.
  const view: View =
    mine && seen.kind !== "deleted" ? { kind: "original" } : seen;

  if (view.kind === "deleted")
    return (
      <p class="bubble deleted" data-message={message.id}>
        {say("deleted")}
      </p>
    );
  const translated = view.kind === "translated";
  return (
    <div
      class={`bubble ${view.kind}`}
      style={{ "--hue": hueOf(message.language) }}
      data-message={message.id}
    >
      {translated ? (
        <Text key="translation" text={view.text} language={language} />
      ) : (
        <Text key="own" text={message.content} language={message.language} />
      )}
      {translated && open && (
        <Text
          class="text original-text"
          text={message.content}
          language={message.language}
        />
      )}
      <div class="meta">
        <Origin
          message={message}
          view={view}
          open={open}
          onToggle={() => setOpen(!open)}
        />
        <span class="stamp">
          {message.edited && <span>{say("edited")}</span>}
          <Time at={message.createdAt} />
          {mine && (
            <span class="sent" title={say("sent")}>
              <CheckIcon />
              <span class="hidden">{say("sent")}</span>
            </span>
          )}
        </span>
      </div>
    </div>
  );
}

export function Time({ at }: { at: number }) {
  const { locale } = useUi();
  return (
    <time dateTime={new Date(at).toISOString()}>{clockTime(at, locale)}</time>
  );
}

interface OriginProps {
  message: Message;
  view: View;
  open: boolean;
  onToggle: () => void;
}

/** Where the text comes from, and how far its translation is. */
function Origin({ message, view, open, onToggle }: OriginProps) {
  const { chat, say, locale } = useUi();
  const name = languageName(message.language, locale);
  const code = message.language.toUpperCase();
  switch (view.kind) {
    case "translated": {
      const label = open
        ? say("hideOriginal")
        : say("showOriginal", { language: name });
      return (
        <button
          type="button"
          class="tag tag-button"
          aria-expanded={open}
          aria-label={label}
          title={label}
          onClick={onToggle}
        >
          <SwapIcon />
          {code}
        </button>
      );
    }
    case "pending":
      return (
        <span class="origin">
          <Tag code={code} name={name} />
          <span class="translating">{say("translating")}</span>
        </span>
      );
    case "failed":
      return (
        <span class="origin">
          <Tag code={code} name={name} />
          <span class="failure" title={view.reason}>
            {say(failureKey(view.reason))}
          </span>
          <button
            type="button"
            class="link"
            onClick={() => chat.translateAgain(message)}
          >
            {say("again")}
          </button>
        </span>
      );
    case "skipped":
      return (
        <span class="origin" title={say("skipped")}>
          <Tag code={code} name={name} />
        </span>
      );
    default:
      return null;
  }
}

function Tag({ code, name }: { code: string; name: string }) {
  const { say } = useUi();
  return (
    <span class="tag" title={say("writtenIn", { language: name })}>
      {code}
    </span>
  );
}

function failureKey(reason: string): Key {
  if (/full|busy/i.test(reason)) return "failedBusy";
  if (/timed? ?out|deadline/i.test(reason)) return "failedLate";
  if (/too long/i.test(reason)) return "failedLong";
  if (/unsupported|no path/i.test(reason)) return "failedPair";
  return "failed";
}
