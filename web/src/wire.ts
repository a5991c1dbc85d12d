// The gateway's JSON, read with care: a field that is missing or has another
// type becomes a harmless default, so that no reply can break the page.
import {
  AUTO,
  EVERYBODY,
  ROLES,
  type Changes,
  type FileInfo,
  type Language,
  type Member,
  type Message,
  type Page,
  type Quality,
  type Quote,
  type Reaction,
  type ReadState,
  type Rendering,
  type Role,
  type RoomInfo,
  type RoomType,
  type Session,
  type ThreadState,
  type Translation,
  type TranslationState,
  type User,
} from "./types";

export type Json = Readonly<Record<string, unknown>>;

const STATES = ["ready", "queued", "failed", "skipped"];

export function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown, fallback = ""): string {
  return typeof value === "string" ? value : fallback;
}

export function asNumber(value: unknown, fallback: number): number {
  return typeof value === "number" && isFinite(value) ? value : fallback;
}

export function asTime(value: unknown): number {
  const ms = typeof value === "string" ? Date.parse(value) : Number(value);
  return isFinite(ms) ? ms : 0;
}

export function readUser(value: unknown): User {
  const outer = asObject(value);
  const user = asObject(outer["user"] ?? outer);
  const username = asText(user["username"]);
  return {
    id: asText(user["id"]),
    username,
    displayName: asText(user["displayName"]) || username,
    language: asText(user["language"], "en"),
    writing: asText(user["writing"], AUTO),
    picture: asText(user["picture"]),
    guest: user["guest"] === true,
    admin: user["admin"] === true,
  };
}

export function readSession(value: unknown): Session {
  return { token: asText(asObject(value)["token"]), user: readUser(value) };
}

function readQuality(value: unknown): Record<string, Quality> {
  const quality: Record<string, Quality> = {};
  for (const [code, name] of Object.entries(asObject(value)))
    quality[code] = name === "good" || name === "fair" ? name : "basic";
  return quality;
}

export function readLanguages(value: unknown): Language[] {
  const list = Array.isArray(value)
    ? value
    : asList(asObject(value)["languages"]);
  return list
    .map((item) => {
      const language = asObject(item);
      const code = asText(language["code"]);
      const name = asText(language["name"], code);
      return {
        code,
        name,
        nativeName: asText(language["nativeName"]) || name,
        quality: readQuality(language["quality"]),
      };
    })
    .filter((language) => language.code !== "");
}

function readTranslation(value: Json): Translation {
  const given = asText(value["state"], "ready");
  return {
    state: (STATES.includes(given) ? given : "queued") as TranslationState,
    text: asText(value["translatedContent"]),
    rough: asText(value["quality"]) === "rough",
    people: asText(value["translationModel"]) === "people",
    reason: asText(value["reason"]),
  };
}

export function readMessage(value: unknown): Message {
  const message = asObject(value);
  const sender = asObject(message["sender"]);
  return {
    id: asText(message["id"]),
    room: asText(message["conversationId"]),
    seq: asNumber(message["seq"], 0),
    senderId: asText(message["senderId"], asText(sender["id"])),
    senderName:
      asText(sender["displayName"]) || asText(sender["username"], "?"),
    guest: sender["guest"] === true,
    bot: sender["bot"] === true,
    content: asText(message["content"]),
    language: asText(message["originalLanguage"], "en"),
    revision: asNumber(message["revision"], 1),
    edited: message["isEdited"] === true,
    deleted: message["isDeleted"] === true,
    clientId: asText(message["clientMessageId"]),
    createdAt: asTime(message["createdAt"]),
    replyTo: asText(message["replyToId"]),
    quote: readQuote(message["replyTo"]),
    forwardedFrom: asText(asObject(message["forwardedFrom"])["displayName"]),
    threadId: asText(message["threadId"]),
    thread: readThread(message["thread"]),
    files: asList(message["files"]).map(readFile),
    mentions: [
      ...asList(message["mentions"]).map((id) => asText(id)),
      ...(message["mentionsAll"] === true ? [EVERYBODY] : []),
    ],
    marks: asNumber(message["marks"], -1),
    reactions: asList(message["reactions"]).map(readReaction),
    pinned: asText(message["pinnedAt"]) !== "",
    translations: readTranslations(message["translations"]),
  };
}

export function readThread(value: unknown): ThreadState | null {
  const thread = asObject(value);
  const changes = asNumber(thread["changes"], 0);
  if (changes === 0) return null;
  return {
    replies: asNumber(thread["replies"], 0),
    lastSeq: asNumber(thread["lastSeq"], 0),
    changes,
  };
}

function readTranslations(value: unknown): Record<string, Translation> {
  const translations: Record<string, Translation> = {};
  for (const item of asList(value)) {
    const translation = asObject(item);
    const language = asText(translation["targetLanguage"]);
    if (language) translations[language] = readTranslation(translation);
  }
  return translations;
}

function readReaction(value: unknown): Reaction {
  const reaction = asObject(value);
  return {
    emoji: asText(reaction["emoji"]),
    count: asNumber(reaction["count"], 1),
    own: reaction["own"] === true,
  };
}

export function readFile(value: unknown): FileInfo {
  const file = asObject(value);
  return {
    id: asText(file["id"]),
    name: asText(file["name"], "file"),
    type: asText(file["type"]),
    bytes: asNumber(file["bytes"], 0),
    durationMs: asNumber(file["durationMs"], 0),
    width: asNumber(file["width"], 0),
    height: asNumber(file["height"], 0),
    thumbnail: file["thumbnail"] === true,
  };
}

function readQuote(value: unknown): Quote | null {
  const quote = asObject(value);
  const sender = asObject(quote["sender"]);
  const id = asText(quote["id"]);
  if (!id) return null;
  return {
    id,
    senderId: asText(quote["senderId"]),
    senderName: asText(sender["displayName"], "?"),
    content: asText(quote["content"]),
    language: asText(quote["originalLanguage"]),
    deleted: quote["isDeleted"] === true,
    translations: readTranslations(quote["translations"]),
  };
}

function readCounts(value: unknown): Record<string, number> {
  const counts = Object.entries(asObject(value));
  return Object.fromEntries(counts.map(([key, n]) => [key, asNumber(n, 0)]));
}

export function readRole(value: unknown): Role {
  return ROLES.find((role) => role === value) ?? "member";
}

const ROOM_TYPES: readonly RoomType[] = ["global", "group", "public", "direct"];

export function readRoom(value: unknown): RoomInfo {
  const room = asObject(value);
  const id = asText(room["id"]);
  const lastSeq = asNumber(room["lastSeq"], 0);
  const lastAt = asTime(room["lastMessageAt"] ?? room["createdAt"]);
  const last = readMessage(room["lastMessage"]);
  return {
    id,
    type: ROOM_TYPES.find((type) => type === room["type"]) ?? "group",
    picture: asText(room["picture"]),
    title: asText(room["title"]),
    description: asText(room["description"]),
    archived: room["archived"] === true,
    readOnly: room["readOnly"] === true,
    translation: room["translation"] !== false,
    slowSeconds: asNumber(room["slowSeconds"], 0),
    retentionDays: asNumber(room["retentionDays"], 0),
    role: readRole(room["role"]),
    mutedUntil: asTime(room["mutedUntil"] ?? 0),
    people: asNumber(room["participantCount"], 0),
    languages: readCounts(room["languages"]),
    lastSeq,
    lastAt,
    last: last.id
      ? { ...last, room: id, seq: lastSeq, createdAt: lastAt }
      : null,
    readSeq: asNumber(room["readSeq"], 0),
    unread: asNumber(room["unread"], 0),
    mentions: asNumber(room["mentions"], 0),
  };
}

export function readMembers(value: unknown): Member[] {
  return asList(asObject(value)["members"]).map((item) => {
    const member = asObject(item);
    const username = asText(member["username"]);
    return {
      id: asText(member["id"]),
      username,
      name: asText(member["displayName"]) || username,
      language: asText(member["language"]),
      guest: member["guest"] === true,
      bot: member["bot"] === true,
      role: readRole(member["role"]),
      mutedUntil: asTime(member["mutedUntil"] ?? 0),
    };
  });
}

export function readReaders(value: unknown): [string, number][] {
  return asList(value).map((item) => {
    const reader = asObject(item);
    return [asText(reader["userId"]), asNumber(reader["readSeq"], 0)];
  });
}

export function readReadState(value: unknown): ReadState {
  const state = asObject(value);
  return {
    room: asText(state["conversationId"]),
    readSeq: asNumber(state["readSeq"], 0),
    unread: asNumber(state["unread"], 0),
    mentions: asNumber(state["mentions"], 0),
  };
}

export function readRooms(value: unknown): RoomInfo[] {
  return asList(value)
    .map(readRoom)
    .filter((room) => room.id !== "");
}

export function readPage(value: unknown): Page {
  const page = asObject(value);
  return {
    messages: asList(page["messages"])
      .map(readMessage)
      .filter((message) => message.id !== ""),
    hasMore: page["hasMore"] === true,
  };
}

/** The answer of `sync` about one room. */
export function readChanges(value: unknown): Changes {
  const answer = asObject(value);
  const room = asObject(asList(answer["rooms"])[0]);
  return {
    epoch: asText(answer["epoch"]),
    offset: asNumber(room["offset"], 0),
    behind: asNumber(room["behind"], 0),
    anew: !Array.isArray(room["messages"]),
    messages: readPage(room).messages,
  };
}

/** Where in the room's log an event is; 0 when it says nothing. */
export function readOffset(value: unknown): number {
  return asNumber(asObject(value)["offset"], 0);
}

/** The translations of one `message:translation` event. */
export function readRenderings(value: unknown): Rendering[] {
  const event = asObject(value);
  return asList(event["translations"]).map((item) => {
    const translation = asObject(item);
    return {
      messageId: asText(event["messageId"]),
      revision: asNumber(event["revision"], 1),
      language: asText(translation["targetLanguage"]),
      translation: readTranslation(translation),
    };
  });
}

/** A `translation:failed` event, which names no revision. */
export function readFailure(value: unknown): Rendering {
  const event = asObject(value);
  return {
    messageId: asText(event["messageId"]),
    revision: 0,
    language: asText(event["targetLanguage"]),
    translation: {
      state: "failed",
      text: "",
      rough: false,
      people: false,
      reason: asText(event["error"]) || asText(event["reason"]),
    },
  };
}

export interface Ack {
  success: boolean;
  code: string;
  messageId: string;
  seq: number;
  createdAt: number;
}

export function readAck(value: unknown): Ack {
  const ack = asObject(value);
  const data = asObject(ack["data"]);
  return {
    success: ack["success"] === true,
    code: asText(ack["code"]) || asText(ack["error"]),
    messageId: asText(data["messageId"]),
    seq: asNumber(data["seq"], 0),
    createdAt: asTime(data["createdAt"]),
  };
}
