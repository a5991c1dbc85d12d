// Files on their way into a message: chosen, dropped or pasted, each sent at
// once, so that the message itself needs no time.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api";
import { FILES_MAX, upload, type Upload } from "../files";
import { newId } from "../ids";
import type { FileInfo } from "../types";
import { useUi } from "./context";
import { whenDressed } from "./dress";
import { plainName } from "./format";
import { IconButton } from "./icons";
import { toast } from "./toast";

interface Attached {
  key: string;
  name: string;
  bytes: number;
  /** Of a picture, to look at. */
  preview: string;
  part: number;
  sent: FileInfo | null;
  problem: string;
  way: Upload;
}

export interface Attachments {
  list: readonly Attached[];
  add: (files: Iterable<File>) => void;
  remove: (key: string) => void;
  /** All that are sent, once none is under way. */
  take: () => FileInfo[];
  ready: boolean;
}

export function useAttachments(room: string): Attachments {
  const { chat, say } = useUi();
  const [list, setList] = useState<readonly Attached[]>([]);
  const now = useRef(list);
  now.current = list;
  const change = (key: string, some: Partial<Attached>) =>
    setList((all) =>
      all.map((one) => (one.key === key ? { ...one, ...some } : one)),
    );
  useEffect(() => () => now.current.forEach(forget), [room]);

  const begin = (file: File): Attached => {
    const key = newId();
    const way = upload(chat.token, room, file, file.name, 0, (part) =>
      change(key, { part }),
    );
    way.done.then(
      (sent) => change(key, { sent, part: 1 }),
      (error: ApiError) => {
        const large = error.code === "TOO_LARGE";
        change(key, {
          problem: say(large ? "fileTooLarge" : "fileNotSent"),
        });
      },
    );
    const picture = file.type.startsWith("image/");
    return {
      key,
      name: plainName(file.name),
      bytes: file.size,
      preview: picture ? URL.createObjectURL(file) : "",
      part: 0,
      sent: null,
      problem: "",
      way,
    };
  };
  const add = (files: Iterable<File>) => {
    const fresh = [...files].slice(0, FILES_MAX - now.current.length);
    if (fresh.length < [...files].length)
      toast(say("filesMax", { n: FILES_MAX }));
    if (fresh.length === 0) return;
    whenDressed(() => setList([...now.current, ...fresh.map(begin)]));
  };
  const remove = (key: string) => {
    now.current.filter((one) => one.key === key).forEach(forget);
    setList(now.current.filter((one) => one.key !== key));
  };
  const take = () => {
    const sent = now.current.flatMap((one) => one.sent ?? []);
    now.current.forEach(forget);
    setList([]);
    return sent;
  };
  const ready = list.every(({ sent }) => sent !== null);
  return { list, add, remove, take, ready };
}

function forget({ preview, sent, way }: Attached): void {
  if (preview) URL.revokeObjectURL(preview);
  if (!sent) way.abort();
}

/** Opens the system's own choice, which on a phone has the camera. */
export function AttachButton({ files }: { files: Attachments }) {
  const { say } = useUi();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        icon="attach"
        label={say("attach")}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          files.add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

/** Wherever in the window files are dropped, they are for this room. */
export function useDrop(files: Attachments): boolean {
  const [over, setOver] = useState(false);
  const add = useRef(files.add);
  add.current = files.add;
  useEffect(() => {
    let depth = 0;
    const has = (event: DragEvent) =>
      event.dataTransfer?.types.includes("Files") === true;
    const onEnter = (event: DragEvent) => {
      if (has(event)) setOver(++depth > 0);
    };
    const onLeave = (event: DragEvent) => {
      if (has(event)) setOver(--depth > 0);
    };
    const onOver = (event: DragEvent) => {
      if (has(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent) => {
      if (!has(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      add.current([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("dragenter", onEnter);
    addEventListener("dragleave", onLeave);
    addEventListener("dragover", onOver);
    addEventListener("drop", onDrop);
    return () => {
      removeEventListener("dragenter", onEnter);
      removeEventListener("dragleave", onLeave);
      removeEventListener("dragover", onOver);
      removeEventListener("drop", onDrop);
    };
  }, []);
  return over;
}
