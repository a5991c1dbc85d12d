import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Room } from "../room";
import type { Thread } from "../thread";
import { saveDraft, savedDraft } from "../saved";
import { sameLanguage } from "../store/view";
import { AUTO, type RoomInfo, type User } from "../types";
import type { Key } from "../words";
import { atLeast } from "../roles";
import { AttachButton, useAttachments, useDrop } from "./attach";
import { useUi } from "./context";
import { intent } from "./conversation";
import { Icon, IconButton } from "./icons";
import { dressed, dressedToSpeak } from "./dress";
import { lazy } from "./lazy";
import { useMention } from "./mention";
import { LanguageField } from "./language-field";
import { toast } from "./toast";

/** Characters of one message; the gateway has the last word. */
const MESSAGE_MAX = 4000;
const COUNT_FROM = 200;
/** With a finger Enter makes a line and the button sends. */
const FINGER = matchMedia("(pointer: coarse)");

interface Props {
  room: Room;
  me: User;
  /** What is written here is said under a message. */
  thread?: Thread;
}

/** The place to write, or why one may not. */
export function Composer(props: Props) {
  const { room } = props;
  const { chat, say } = useUi();
  const info = chat.rooms.list.value.find(({ id }) => id === room.id);
  const why = info && silenceOf(info);
  if (!why) return <Writing {...props} />;
  return (
    <p class="silence" {...(props.thread ? {} : { id: "composer" })}>
      <Icon name="info" />
      {say(why)}
    </p>
  );
}

function silenceOf(info: RoomInfo): Key | null {
  if (info.archived) return "archivedHint";
  if (info.mutedUntil > Date.now()) return "mutedHint";
  if (info.role === "reader") return "readOnlyHint";
  if (info.readOnly && !atLeast(info.role, "moderator")) return "readOnlyHint";
  return null;
}

/** Where somebody reads another language than I do. */
function mayPreview(info: RoomInfo | undefined, reading: string): boolean {
  if (!info?.translation) return false;
  const read = Object.keys(info.languages);
  return read.some((code) => !sameLanguage(code, reading));
}

function Writing({ room, me, thread }: Props) {
  const { chat, say } = useUi();
  const root = thread?.root ?? "";
  const place = root || room.id;
  const [draft, setDraft] = useState(() => savedDraft(me.id, place));
  const box = useRef<HTMLTextAreaElement>(null);
  const info = chat.rooms.list.value.find(({ id }) => id === room.id);
  const online = chat.state.value === "online";
  const writing = chat.writing.value;
  const about = intent.value?.root === root ? intent.value : null;
  const left = MESSAGE_MAX - [...draft].length;
  const files = useAttachments(room.id);
  const over = useDrop(files);
  const [records, setRecords] = useState(false);
  const [previews, setPreviews] = useState(false);
  const some = draft.trim() !== "" || files.list.length > 0;
  const previewable =
    mayPreview(info, chat.reading.value) && draft.trim() !== "";
  const sendable = some && left >= 0 && files.ready;

  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [draft]);
  useLayoutEffect(() => {
    if (!FINGER.matches) box.current?.focus();
  }, [place]);
  useLayoutEffect(() => {
    if (!about) return;
    if (about.kind === "edit") setDraft(about.message.content);
    box.current?.focus();
  }, [about]);

  const change = (text: string) => {
    setDraft(text);
    if (about?.kind !== "edit") saveDraft(me.id, place, text);
  };
  const forget = () => {
    intent.value = null;
    setDraft(about?.kind === "edit" ? savedDraft(me.id, place) : draft);
    box.current?.focus();
  };
  const submit = async (event?: Event) => {
    event?.preventDefault();
    if (!sendable) return;
    const text = draft.trim();
    box.current?.focus();
    intent.value = null;
    if (about?.kind === "edit") {
      setDraft(savedDraft(me.id, place));
      if (text === about.message.content) return;
      if (!(await chat.edit(about.message, text))) toast(say("didNotWork"));
      return;
    }
    const replyTo = about?.message.id ?? root;
    const more = { replyTo, thread: root, files: files.take() };
    if (!chat.send(room.id, text, more)) {
      toast(say("tooMuchWaits"));
      return;
    }
    setDraft("");
    saveDraft(me.id, place, "");
  };
  const editLast = () => {
    const mine = (thread ?? room).log.all().filter((m) => m.senderId === me.id);
    const message = mine.filter((m) => !m.deleted).at(-1);
    if (message) intent.value = { kind: "edit", message, root };
  };
  const mention = useMention(room, box, draft, change);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (mention.onKey(event.key)) event.preventDefault();
    else onOtherKey(event);
  };
  const onOtherKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && about) forget();
    else if (event.key === "ArrowUp" && draft === "") editLast();
    else if (event.key === "Enter" && !event.shiftKey && !FINGER.matches)
      void submit();
    else return;
    event.preventDefault();
  };

  return (
    <form
      class={`composer ${online ? "" : "offline"}`}
      {...(root ? {} : { id: "composer" })}
      onSubmit={submit}
    >
      {over && <p class="drop-here">{say("dropHere")}</p>}
      {about && <About about={about} onForget={forget} />}
      {mention.found.length > 0 && <Mentions mention={mention} />}
      {files.list.length > 0 && <Strip files={files} />}
      {previews && (
        <Preview
          room={room}
          draft={draft}
          writing={writing}
          onEnd={() => {
            setPreviews(false);
            box.current?.focus();
          }}
        />
      )}
      {records && (
        <Recorder
          room={room.id}
          onSent={(file) =>
            void chat.send(room.id, "", {
              replyTo: root,
              thread: root,
              files: [file],
            })
          }
          onEnd={() => setRecords(false)}
        />
      )}
      <div class={records ? "hidden" : "composer-in"}>
        <AttachButton files={files} />
        <textarea
          ref={box}
          rows={1}
          value={draft}
          {...(writing === AUTO ? {} : { lang: writing })}
          dir="auto"
          aria-label={say(root ? "replyInThread" : "message")}
          placeholder={say(root ? "replyInThread" : "placeholder")}
          enterkeyhint={FINGER.matches ? "enter" : "send"}
          onInput={(event) => {
            change(event.currentTarget.value);
            room.typing();
          }}
          onKeyDown={onKeyDown}
          onSelect={mention.look}
          onPaste={(event) => {
            const pasted = [...(event.clipboardData?.files ?? [])];
            if (pasted.length === 0) return;
            event.preventDefault();
            files.add(pasted);
          }}
          {...mention.attributes}
        />
        {previewable && online && (
          <IconButton
            icon="eye"
            label={say("preview")}
            pressed={previews}
            onClick={() => setPreviews(!previews)}
          />
        )}
        <LanguageField
          class="writing"
          bare
          label={say("writeIn")}
          value={writing}
          first={{ code: AUTO, words: say("detect"), hint: say("detectMeans") }}
          onChange={(code) => void chat.setWriting(code)}
        />
        {some || !online || !canRecord ? (
          <button
            type="submit"
            class="send"
            disabled={!sendable}
            aria-label={say(online ? "send" : "sendLater")}
            title={say(online ? "send" : "sendLater")}
          >
            <Icon name={online ? "send" : "later"} />
          </button>
        ) : (
          <IconButton
            class="record"
            icon="mic"
            label={say("record")}
            onClick={() => setRecords(true)}
          />
        )}
      </div>
      <div class="composer-foot">
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
    </form>
  );
}

const canRecord =
  typeof MediaRecorder === "function" && !!navigator.mediaDevices;

const Recorder = lazy(
  () =>
    Promise.all([import("./record"), dressedToSpeak()]).then(
      ([m]) => m.Recording,
    ),
  (props) => props.onEnd(),
);
const Preview = lazy(
  () =>
    Promise.all([import("./preview"), dressedToSpeak()]).then(
      ([m]) => m.Preview,
    ),
  (props) => props.onEnd(),
);

const above = () =>
  Promise.all([import("./above"), dressed()]).then(([m]) => m);
const About = lazy(
  () => above().then((m) => m.About),
  ({ onForget }) => onForget(),
);
const Mentions = lazy(
  () => above().then((m) => m.Mentions),
  () => undefined,
);
const Strip = lazy(
  () => above().then((m) => m.Strip),
  () => undefined,
);
