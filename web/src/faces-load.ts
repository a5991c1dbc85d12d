// Fetches the pictures that are looked for: first which of the people have one,
// then each under its version, so that the browser keeps it.
import { effect } from "@preact/signals";
import { call } from "./api";
import { BASE } from "./base";
import type { Chat } from "./chat";
import { changed, faces, looked, personPath } from "./faces";
import { asList, asObject, asText } from "./wire";

/** Who is seen within it is asked about at once, so many at a time. */
const GATHER_MS = 30;
const ASK_MAX = 100;
const PERSON = /^\/users\/([^/]+)\/picture$/;

let token = "";
/** By path, what is shown there or on its way. */
const shown = new Map<string, string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function put(path: string, address: string): void {
  const face = faces.get(path);
  if (!face) return;
  if (face.peek()) URL.revokeObjectURL(face.peek());
  face.value = address;
}

async function show(path: string, version: string): Promise<void> {
  if (shown.get(path) === version) return;
  shown.set(path, version);
  if (!version) return put(path, "");
  const from = path.includes("?") ? path : `${path}?${version}`;
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(BASE + from, { headers });
  const blob = answer.ok ? await answer.blob() : null;
  if (shown.get(path) === version)
    put(path, blob ? URL.createObjectURL(blob) : "");
}

/** What fails is asked again with the next connection. */
const tryShow = (path: string, version: string) =>
  show(path, version).catch(() => shown.delete(path));

async function ask(ids: string[]): Promise<void> {
  const found = new Map(ids.map((id) => [id, ""]));
  const body = { userIds: ids };
  for (const item of asList(
    await call("POST", "/users/pictures", token, body),
  )) {
    const one = asObject(item);
    found.set(asText(one["userId"]), asText(one["picture"]));
  }
  for (const [id, version] of found) void tryShow(personPath(id), version);
}

/** `again`: also those that are shown. */
function look(again: boolean): void {
  timer = undefined;
  const ids: string[] = [];
  for (const path of faces.keys()) {
    const id = PERSON.exec(path)?.[1];
    if (!id) void tryShow(path, path);
    else if (again || !shown.has(path)) {
      if (!shown.has(path)) shown.set(path, "");
      ids.push(id);
    }
  }
  for (let at = 0; at < ids.length; at += ASK_MAX) {
    const some = ids.slice(at, at + ASK_MAX);
    ask(some).catch(() => some.forEach((id) => shown.delete(personPath(id))));
  }
}

function forget(): void {
  shown.clear();
  for (const path of faces.keys()) put(path, "");
}

export function watchFaces(chat: Chat): () => void {
  let online = false;
  const ends = [
    effect(() => {
      const now = chat.session.value?.token ?? "";
      if (now !== token) forget();
      token = now;
    }),
    effect(() => {
      void looked.value;
      const before = online;
      online = chat.state.value === "online";
      if (!online || !token) return;
      if (!before) look(true);
      else timer ??= setTimeout(look, GATHER_MS, false);
    }),
    effect(() => {
      const { userId, picture } = changed.value;
      const path = personPath(userId);
      if (faces.has(path)) void tryShow(path, picture);
    }),
  ];
  return () => ends.forEach((end) => end());
}
