// The gateway's REST routes that the page uses.
import { BASE } from "./base";
import type {
  Changes,
  Cursor,
  Language,
  Member,
  Page,
  RoomInfo,
  RoomSettings,
  Session,
  User,
} from "./types";
import {
  asList,
  asNumber,
  asObject,
  asText,
  readChanges,
  readLanguages,
  readMembers,
  readPage,
  readReaders,
  readRoom,
  readRooms,
  readSession,
  readUser,
} from "./wire";

const TIMEOUT_MS = 15_000;

/** `code` is the gateway's, or "NETWORK" when no answer came. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  get network(): boolean {
    return this.code === "NETWORK";
  }
}

export function roomPath(id: string): string {
  return `/conversations/${encodeURIComponent(id)}`;
}

export async function call(
  method: string,
  path: string,
  token = "",
  body?: object,
): Promise<unknown> {
  const headers: Record<string, string> = {};
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  let status = 0;
  let reply;
  try {
    const response = await fetch(BASE + path, {
      method,
      headers,
      signal: abort.signal,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    status = response.status;
    reply = asObject(await response.json());
  } catch (cause) {
    // A proxy's error page is no answer of the gateway either.
    throw new ApiError("NETWORK", status, String(cause));
  } finally {
    clearTimeout(timer);
  }
  if (status < 400 && reply["success"] === true) return reply["data"];
  const message = asText(reply["error"]) || asText(reply["message"]);
  throw new ApiError(asText(reply["code"]), status, message);
}

export interface Credentials {
  username: string;
  password: string;
  language: string;
}

/** `link`: of an invitation, or "". */
export async function enterAsGuest(
  username: string,
  language: string,
  link: string,
): Promise<Session> {
  const body = { username, language, ...(link ? { link } : {}) };
  return readSession(await call("POST", "/auth/guest", "", body));
}

export async function logIn(who: Credentials): Promise<Session> {
  const { username, password } = who;
  return readSession(
    await call("POST", "/auth/login", "", { username, password }),
  );
}

/** `link`: of an invitation, or "". */
export async function register(
  who: Credentials,
  link: string,
): Promise<Session> {
  const body = { ...who, ...(link ? { link } : {}) };
  return readSession(await call("POST", "/auth/register", "", body));
}

export interface Policy {
  guests: boolean;
  registration: boolean;
  /** Whom else one may sign in by; "": nobody. */
  oidc: string;
  /** Who forgot their password gets a letter. */
  mail: boolean;
  /** What is older is erased in every room; 0: nothing is. */
  retentionDays: number;
}

/** Who may come in here without knowing anybody, and what stays. */
export async function policy(): Promise<Policy> {
  const answer = asObject(await call("GET", "/policy"));
  const oidc = asObject(answer["oidc"]);
  return {
    guests: answer["guests"] !== false,
    registration:
      asText(answer["registration"], "open") === "open" && !oidc["only"],
    oidc: asText(oidc["name"]),
    mail: !!answer["mail"],
    retentionDays: asNumber(answer["retentionDays"], 0),
  };
}

/** A guest becomes an account: the same person, with all they said. */
export async function upgrade(
  token: string,
  username: string,
  password: string,
): Promise<User> {
  const body = { username, password };
  return readUser(await call("POST", "/auth/upgrade", token, body));
}

export async function whoAmI(token: string): Promise<User> {
  return readUser(await call("GET", "/auth/me", token));
}

export async function logOut(token: string): Promise<void> {
  await call("POST", "/auth/logout", token);
}

export async function saveLanguage(
  token: string,
  language: string,
): Promise<void> {
  await call("PATCH", "/users/me", token, { language });
}

export async function saveWriting(
  token: string,
  writing: string,
): Promise<void> {
  await call("PATCH", "/users/me", token, { writing });
}

export async function listLanguages(): Promise<Language[]> {
  return readLanguages(await call("GET", "/languages"));
}

/** What changed in the room since the cursor. */
export async function changes(
  token: string,
  room: string,
  language: string,
  cursor: Cursor | null,
): Promise<Changes> {
  const { epoch, offset } = cursor ?? {};
  const rooms = [{ conversationId: room, offset }];
  return readChanges(
    await call("POST", "/sync", token, { epoch, language, rooms }),
  );
}

export interface Place {
  before?: number;
  after?: number;
}

/** The newest messages, those before a place, or those after it. */
export async function history(
  token: string,
  room: string,
  language: string,
  limit: number,
  place: Place = {},
): Promise<Page> {
  const query = new URLSearchParams({ language, limit: String(limit) });
  for (const [key, seq] of Object.entries(place)) query.set(key, String(seq));
  const path = `${roomPath(room)}/messages?${query}`;
  return readPage(await call("GET", path, token));
}

/** What was said under a message, oldest first. */
export async function thread(
  token: string,
  root: string,
  language: string,
  limit: number,
  after: number,
): Promise<Page> {
  const query = new URLSearchParams({
    language,
    limit: String(limit),
    after: String(after),
  });
  return readPage(
    await call("GET", `/messages/${root}/thread?${query}`, token),
  );
}

export async function listRooms(token: string): Promise<RoomInfo[]> {
  return readRooms(await call("GET", "/conversations", token));
}

export async function getRoom(token: string, id: string): Promise<RoomInfo> {
  return readRoom(await call("GET", roomPath(id), token));
}

export async function makeRoom(
  token: string,
  type: "group" | "public",
  title: string,
): Promise<RoomInfo> {
  const body = { type, title };
  return readRoom(await call("POST", "/conversations", token, body));
}

export async function setRoom(
  token: string,
  id: string,
  settings: Partial<RoomSettings>,
): Promise<RoomInfo> {
  return readRoom(await call("PATCH", roomPath(id), token, settings));
}

export async function joinRoom(token: string, id: string): Promise<RoomInfo> {
  return readRoom(await call("POST", `${roomPath(id)}/join`, token, {}));
}

export async function leaveRoom(token: string, id: string): Promise<void> {
  await call("POST", `${roomPath(id)}/leave`, token, {});
}

const MEMBERS_PAGE = 200;

/** The first of them. */
export async function listMembers(
  token: string,
  id: string,
): Promise<Member[]> {
  const path = `${roomPath(id)}/participants?limit=${MEMBERS_PAGE}`;
  return readMembers(await call("GET", path, token));
}

/** How far others have read; those who hide it are not told. */
export async function listReaders(
  token: string,
  id: string,
): Promise<[string, number][]> {
  return readReaders(await call("GET", `${roomPath(id)}/readers`, token));
}

export interface LinkInfo {
  title: string;
  guests: boolean;
}

/** What one is invited to; nobody has to be signed in. */
export async function linkInfo(link: string): Promise<LinkInfo> {
  const path = `/links/${encodeURIComponent(link)}`;
  const info = asObject(await call("GET", path));
  return { title: asText(info["title"]), guests: info["guests"] === true };
}

export async function joinByLink(
  token: string,
  link: string,
): Promise<RoomInfo> {
  const path = `/conversations/join/${encodeURIComponent(link)}`;
  return readRoom(await call("POST", path, token, {}));
}

/** `asked`: the other is not there before they accept. */
export async function writeTo(
  token: string,
  userId: string,
): Promise<{ room: RoomInfo; asked: boolean }> {
  const body = { type: "direct", participantIds: [userId] };
  const answer = await call("POST", "/conversations", token, body);
  return { room: readRoom(answer), asked: !!asObject(answer)["invited"] };
}

/** Into so many rooms one is asked. */
export async function countInvitations(token: string): Promise<number> {
  return asList(await call("GET", "/users/me/invitations", token)).length;
}

/** The names of those who are asked into a room and are not there yet. */
export async function askedInto(token: string, id: string): Promise<string[]> {
  const list = await call("GET", `${roomPath(id)}/invitations`, token);
  return asList(list).map((one) => asText(asObject(one)["displayName"]));
}

/** Whether there is a translator; null: not known. */
export async function translatorHere(): Promise<boolean | null> {
  try {
    const health = asObject(await plain("/health"));
    const { translator } = asObject(health["services"]);
    return asText(asObject(translator)["status"]) === "healthy";
  } catch {
    return null;
  }
}

/** A GET whose answer is no envelope. */
async function plain(path: string): Promise<unknown> {
  const signal = AbortSignal.timeout?.(TIMEOUT_MS) ?? null;
  return (await fetch(BASE + path, { signal })).json();
}
