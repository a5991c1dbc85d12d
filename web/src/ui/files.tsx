// The files of a message: pictures seen, voices heard, others saved.
import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf, kindOf, saveAs, SHOWN_BYTES_MAX } from "../files";
import type { FileInfo, Message } from "../types";
import { useUi } from "./context";
import { plainName, sizeOf } from "./format";
import { Icon, IconButton } from "./icons";
import { withDialogs } from "./open";
import { toast } from "./toast";

export function Files({ message }: { message: Message }) {
  if (message.files.length === 0) return null;
  return (
    <div class={`files ${message.files.length > 1 ? "many" : ""}`}>
      {message.files.map((file) => (
        <OneFile key={file.id} message={message.id} file={file} />
      ))}
    </div>
  );
}

interface FileProps {
  message: string;
  file: FileInfo;
}

function OneFile({ message, file }: FileProps) {
  switch (kindOf(file)) {
    case "picture":
      if (file.bytes <= SHOWN_BYTES_MAX)
        return <Picture message={message} file={file} />;
      return <Card message={message} file={file} />;
    case "voice":
      return <Voice message={message} file={file} />;
    default:
      return <Card message={message} file={file} />;
  }
}

/** Once it is near the window. */
function useSeen() {
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!box.current) return;
    const watch = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setSeen(true),
      { rootMargin: "400px" },
    );
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, seen] as const;
}

/** Its place is there from the start, so nothing moves when it comes. */
function Picture({ message, file }: FileProps) {
  const { chat, say } = useUi();
  const [box, seen] = useSeen();
  const [address, setAddress] = useState("");
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (!seen) return;
    addressOf(chat.token, message, file).then(setAddress, () => setGone(true));
  }, [seen]);
  const name = plainName(file.name);
  return (
    <button
      type="button"
      class="picture"
      ref={box as preact.RefObject<HTMLButtonElement>}
      aria-label={`${say("picture")}: ${name}`}
      onClick={() =>
        address && withDialogs((m) => m.openPicture(address, name))
      }
    >
      {address && <img src={address} alt="" onError={() => setGone(true)} />}
      {gone && <Icon name="file" />}
    </button>
  );
}

function Card({ message, file }: FileProps) {
  const { chat, say, locale } = useUi();
  const [busy, setBusy] = useState(false);
  const name = plainName(file.name);
  const save = async () => {
    setBusy(true);
    try {
      saveAs(await addressOf(chat.token, message, file), file.name);
    } catch {
      toast(say("didNotWork"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="file-card">
      <Icon name="file" />
      <span class="strip-words">
        <bdi class="file-name">{name}</bdi>
        <small>{sizeOf(file.bytes, locale)}</small>
      </span>
      <IconButton
        icon={busy ? "later" : "down"}
        label={`${say("download")}: ${name}`}
        onClick={() => void save()}
      />
    </div>
  );
}

export function lengthOf(ms: number): string {
  const s = Math.round(ms / 1000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** One voice at a time. */
let speaking: HTMLAudioElement | null = null;

function Voice({ message, file }: FileProps) {
  const { chat, say } = useUi();
  const audio = useRef<HTMLAudioElement | null>(null);
  const [plays, setPlays] = useState(false);
  const [at, setAt] = useState(0);
  const whole = file.durationMs / 1000;
  useEffect(() => () => audio.current?.pause(), []);
  const load = async () => {
    const made = new Audio(await addressOf(chat.token, message, file));
    made.ontimeupdate = () => setAt(made.currentTime);
    made.onplay = () => setPlays(true);
    made.onpause = () => setPlays(false);
    made.onended = () => setAt(0);
    audio.current = made;
    return made;
  };
  const toggle = async () => {
    try {
      const sound = audio.current ?? (await load());
      if (!sound.paused) return sound.pause();
      if (speaking !== sound) speaking?.pause();
      speaking = sound;
      await sound.play();
    } catch {
      toast(say("didNotWork"));
    }
  };
  return (
    <div class="voice">
      <button
        type="button"
        class="voice-play"
        aria-label={say(plays ? "pause" : "play")}
        onClick={() => void toggle()}
      >
        <Icon name={plays ? "pause" : "play"} />
      </button>
      <input
        type="range"
        min={0}
        max={whole}
        step={0.1}
        value={at}
        aria-label={say("voice")}
        style={{ "--part": `${whole > 0 ? (100 * at) / whole : 0}%` }}
        onInput={(event) => {
          const time = event.currentTarget.valueAsNumber;
          setAt(time);
          if (audio.current) audio.current.currentTime = time;
        }}
      />
      <span class="voice-time">
        {lengthOf(at > 0 ? at * 1000 : file.durationMs)}
      </span>
    </div>
  );
}
