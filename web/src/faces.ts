// Pictures of people and rooms, as far as they are known here.  What asks for
// them comes with the conversation (faces-load.ts).
import { signal, type Signal } from "@preact/signals";
import type { RoomInfo } from "./types";

/** More people are seen by their initials. */
const FACES_MAX = 1_000;

/** By the path where the gateway has it, an address in this page; "": there is
 * none, or none yet. */
export const faces = new Map<string, Signal<string>>();
/** How many were looked for. */
export const looked = signal(0);
/** Whose picture changed last. */
export const changed = signal({ userId: "", picture: "" });

export const personPath = (id: string) => `/users/${id}/picture`;

/** A room of two looks as the other; "": this one has no picture. */
export function roomPath(room: RoomInfo | undefined): string {
  if (room?.other) return personPath(room.other);
  if (!room?.picture) return "";
  const where = room.listed ? "/conversations/public" : "/conversations";
  return `${where}/${room.id}/picture?${room.picture}`;
}

export function faceAt(path: string): string {
  let face = faces.get(path);
  if (!face) {
    if (!path || faces.size >= FACES_MAX) return "";
    faces.set(path, (face = signal("")));
    queueMicrotask(() => looked.value++);
  }
  return face.value;
}
