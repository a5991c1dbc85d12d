// What others will read of what is being written, and that translated back:
// who writes sees where it goes wrong before it is said.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api";
import { preview, type Preview as Told } from "../corrections";
import type { Room } from "../room";
import { sameLanguage } from "../store/view";
import { useUi } from "./context";
import { dirOf, languageName, plainText } from "./format";
import { Icon, IconButton } from "./icons";

/** Of the room's languages, those that most people read. */
const LANGUAGES_MAX = 5;
/** The gateway answers one in two seconds. */
const PAUSE_MS = 2_000;
const FIRST_MS = 150;

/** The language that was looked at last. */
const chosen = signal("");

interface Props {
  room: Room;
  draft: string;
  /** It is written in this, or AUTO. */
  writing: string;
  onEnd: () => void;
}

export function Preview({ room, draft, writing, onEnd }: Props) {
  const { say, locale } = useUi();
  const languages = useLanguages(room);
  const into = languages.find((code) => code === chosen.value) ?? languages[0];
  const told = useTold(room, draft.trim(), writing, into ?? "");
  return (
    <section class="preview" aria-label={say("preview")}>
      <header class="preview-head">
        <h2>{say("preview")}</h2>
        <IconButton icon="close" label={say("close")} onClick={onEnd} />
      </header>
      {languages.length > 1 && (
        <div class="preview-into" role="group" aria-label={say("preview")}>
          {languages.map((code) => (
            <button
              key={code}
              type="button"
              class="chip"
              aria-pressed={code === into}
              onClick={() => (chosen.value = code)}
            >
              {languageName(code, locale)}
            </button>
          ))}
        </div>
      )}
      <div class="preview-told" role="status">
        {into ? (
          <Words told={told} into={into} />
        ) : (
          <p class="preview-none">{say("previewNone")}</p>
        )}
      </div>
    </section>
  );
}

/** That others read here, the commonest first. */
function useLanguages(room: Room): string[] {
  const { chat } = useUi();
  const info = chat.rooms.list.value.find(({ id }) => id === room.id);
  return Object.entries(info?.languages ?? {})
    .filter(([code]) => !sameLanguage(code, chat.reading.value))
    .sort((a, b) => b[1] - a[1])
    .slice(0, LANGUAGES_MAX)
    .map(([code]) => code);
}

type State = Told | "waiting" | "failed" | "slow" | "";

function useTold(room: Room, text: string, writing: string, into: string) {
  const { chat } = useUi();
  const [told, setTold] = useState<State>("");
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!text || !into) {
      setTold("");
      return undefined;
    }
    let current = true;
    setTold("waiting");
    const ask = async () => {
      setAsked(true);
      try {
        const answer = await preview(chat.token, room.id, text, writing, into);
        if (current) setTold(answer.text ? answer : "failed");
      } catch (error) {
        const code = error instanceof ApiError ? error.code : "";
        const later = code === "RATE" || code === "BUSY";
        if (current) setTold(later ? "slow" : "failed");
      }
    };
    const timer = setTimeout(() => void ask(), asked ? PAUSE_MS : FIRST_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [room, text, writing, into]);
  return told;
}

function Words({ told, into }: { told: State; into: string }) {
  const { chat, say, locale } = useUi();
  if (told === "") return null;
  if (told === "waiting")
    return <p class="preview-none">{say("translating")}</p>;
  if (told === "failed" || told === "slow")
    return (
      <p class="preview-none">
        {say(told === "failed" ? "failed" : "errSlow")}
      </p>
    );
  const source = told.source || chat.reading.value;
  return (
    <>
      <p class="preview-text" lang={into} dir={dirOf(into)}>
        {plainText(told.text)}
      </p>
      {told.rough && (
        <p class="rough-label" title={say("roughMeans")}>
          <Icon name="rough" /> {say("rough")}
        </p>
      )}
      {told.back && (
        <p class="preview-back">
          <span>{say("back", { language: languageName(source, locale) })}</span>{" "}
          <bdi lang={source}>{plainText(told.back)}</bdi>
        </p>
      )}
    </>
  );
}
