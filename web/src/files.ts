// Files of messages: sent with their progress, fetched with the session, and
// kept for as long as somebody may look again.
import { ApiError, roomPath } from "./api";
import { BASE } from "./base";
import type { FileInfo } from "./types";
import { asObject, asText, readFile } from "./wire";

/** Of one message; the gateway has the last word on their size. */
export const FILES_MAX = 10;
/** Pictures up to this size are shown without a question, and all that have a
 * small copy. */
export const SHOWN_BYTES_MAX = 12 * 1024 * 1024;
/** Files whose bytes are kept while others are looked at. */
const KEPT_MAX = 60;

export type FileKind = "picture" | "voice" | "sound" | "film" | "other";

export function kindOf({ type, name, durationMs }: FileInfo): FileKind {
  if (durationMs > 0 && name.startsWith("voice.")) return "voice";
  if (/^image\/(png|jpeg|gif|webp|avif)$/.test(type)) return "picture";
  if (type.startsWith("audio/")) return "sound";
  return type.startsWith("video/") ? "film" : "other";
}

export interface Upload {
  done: Promise<FileInfo>;
  abort(): void;
}

/** `onPart` hears how much of it, from 0 to 1, has gone. */
export function upload(
  token: string,
  room: string,
  file: File | Blob,
  name: string,
  durationMs: number,
  onPart: (part: number) => void,
): Upload {
  const request = new XMLHttpRequest(); // fetch tells no progress of sending
  const query = new URLSearchParams({ name });
  if (durationMs) query.set("durationMs", String(Math.round(durationMs)));
  const done = new Promise<FileInfo>((resolve, reject) => {
    request.open("POST", `${BASE}${roomPath(room)}/files?${query}`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) =>
      onPart(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiError("NETWORK", 0, "no network"));
    request.onabort = () => reject(new ApiError("ABORTED", 0, "aborted"));
    request.onload = () => {
      const reply = asObject(parsed(request.responseText));
      if (request.status < 300) return resolve(readFile(reply["data"]));
      const { status } = request;
      return reject(
        new ApiError(asText(reply["code"]), status, asText(reply["error"])),
      );
    };
    request.send(file);
  });
  return { done, abort: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// ---- fetching ----

const kept = new Map<string, Promise<string>>();

/** The address of a file's bytes in this page, or of its small copy's.  Neither
 * ever changes. */
export function addressOf(
  token: string,
  message: string,
  { id }: FileInfo,
  small = false,
): Promise<string> {
  const path = small ? `${id}/thumbnail` : id;
  const known = kept.get(path);
  if (known) return known;
  const asked = fetched(token, message, path);
  kept.set(path, asked);
  asked.catch(() => kept.delete(path));
  if (kept.size > KEPT_MAX) forgetOldest();
  return asked;
}

function forgetOldest(): void {
  for (const [id, address] of kept) {
    kept.delete(id);
    address.then(URL.revokeObjectURL, () => undefined);
    return;
  }
}

async function fetched(
  token: string,
  message: string,
  file: string,
): Promise<string> {
  const answer = await fetch(`${BASE}/messages/${message}/files/${file}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new ApiError("NETWORK", answer.status, "no file");
  return URL.createObjectURL(await answer.blob());
}

/** Onto the reader's disk. */
export function saveAs(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
