// A voice message: recorded, then sent or thrown away.
import { useEffect, useRef, useState } from "preact/hooks";
import { upload } from "../files";
import type { FileInfo } from "../types";
import { useUi } from "./context";
import { lengthOf } from "./voice";
import { Icon, IconButton } from "./icons";
import { toast } from "./toast";

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const TICK_MS = 200;
/** Longer than this nobody listens to. */
const LENGTH_MS_MAX = 10 * 60 * 1000;

interface Props {
  room: string;
  onSent: (file: FileInfo) => void;
  onEnd: () => void;
}

export function Recording({ room, onSent, onEnd }: Props) {
  const { chat, say } = useUi();
  const [length, setLength] = useState(0);
  const [busy, setBusy] = useState(false);
  const recorder = useRef<MediaRecorder | null>(null);
  const pieces = useRef<Blob[]>([]);
  const begun = useRef(0);
  const wanted = useRef(false);

  const send = async () => {
    const type = recorder.current?.mimeType ?? "";
    const ending = /mp4/.test(type) ? "mp4" : /ogg/.test(type) ? "ogg" : "webm";
    const ms = performance.now() - begun.current;
    const blob = new Blob(pieces.current, { type });
    try {
      const name = `voice.${ending}`;
      const nothing = () => undefined;
      onSent(await upload(chat.token, room, blob, name, ms, nothing).done);
    } catch {
      toast(say("fileNotSent"));
    }
    onEnd();
  };
  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      } catch {
        toast(say("noMicrophone"));
        return onEnd();
      }
      if (gone) return stream.getTracks().forEach((track) => track.stop());
      const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
      const made = new MediaRecorder(stream, type ? { mimeType: type } : {});
      made.ondataavailable = ({ data }) => pieces.current.push(data);
      made.onstop = () => void (wanted.current ? send() : onEnd());
      made.start(1000);
      begun.current = performance.now();
      recorder.current = made;
    };
    void begin();
    const timer = setInterval(() => {
      if (!begun.current) return;
      const ms = performance.now() - begun.current;
      setLength(ms);
      if (ms > LENGTH_MS_MAX) stop(true);
    }, TICK_MS);
    return () => {
      gone = true;
      clearInterval(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  const stop = (keep: boolean) => {
    wanted.current = keep;
    setBusy(keep);
    if (recorder.current?.state === "recording") recorder.current.stop();
    else if (!keep) onEnd();
  };
  return (
    <div class="recording">
      <IconButton
        icon="trash"
        label={say("drop")}
        onClick={() => stop(false)}
      />
      <span class="recording-words" role="status">
        <i aria-hidden="true" />
        {say("recording")} <b>{lengthOf(length)}</b>
      </span>
      <button
        type="button"
        class="send"
        disabled={busy || length === 0}
        aria-label={say("send")}
        title={say("send")}
        onClick={() => stop(true)}
      >
        <Icon name={busy ? "later" : "send"} />
      </button>
    </div>
  );
}
