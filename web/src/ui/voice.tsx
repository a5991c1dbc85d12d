// A voice message, heard.
import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf } from "../files";
import { useUi } from "./context";
import type { FileProps } from "./files";
import { Icon } from "./icons";
import { toast } from "./toast";

export function lengthOf(ms: number): string {
  const s = Math.round(ms / 1000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** One voice at a time. */
let speaking: HTMLAudioElement | null = null;

export function Player({ message, file }: FileProps) {
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
    <>
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
    </>
  );
}
