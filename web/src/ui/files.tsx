// The files of a message: pictures seen, voices heard, others saved.
import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf, kindOf, saveAs, SHOWN_BYTES_MAX } from "../files";
import type { FileInfo, Message } from "../types";
import { speech } from "../words";
import { useUi } from "./context";
import { dressed } from "./dress";
import { plainName, sizeOf } from "./format";
import { Icon, IconButton } from "./icons";
import { lazy } from "./lazy";
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

export interface FileProps {
  message: string;
  file: FileInfo;
}

function OneFile({ message, file }: FileProps) {
  switch (kindOf(file)) {
    case "picture":
      if (isSmall(file) || file.bytes <= SHOWN_BYTES_MAX)
        return <Picture message={message} file={file} />;
      return <Card message={message} file={file} />;
    case "voice":
      return (
        <div class="voice">
          <Voice message={message} file={file} />
        </div>
      );
    default:
      return <Card message={message} file={file} />;
  }
}

/** Its place is there before its code. */
const Voice = lazy(
  () =>
    Promise.all([import("./voice"), dressed()]).then(([{ Player }]) => Player),
  () => toast(speech.value.say("didNotWork")),
);

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

/** Is its small copy shown?  Of a GIF that moves it would be one moment. */
const isSmall = (file: FileInfo) => file.thumbnail && file.type !== "image/gif";

/** Its place is there from the start, so nothing moves when it comes. */
function Picture({ message, file }: FileProps) {
  const { chat, say } = useUi();
  const [box, seen] = useSeen();
  const [address, setAddress] = useState("");
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (!seen) return;
    addressOf(chat.token, message, file, isSmall(file)).then(setAddress, () =>
      setGone(true),
    );
  }, [seen]);
  const name = plainName(file.name);
  return (
    <button
      type="button"
      class="picture"
      ref={box as preact.RefObject<HTMLButtonElement>}
      style={
        file.width
          ? { "--shape": file.width / file.height, "--own": `${file.width}px` }
          : {}
      }
      aria-label={`${say("picture")}: ${name}`}
      onClick={() =>
        address &&
        withDialogs((m) => m.openPicture(chat.token, message, file, address))
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
