// The gateway's JSON, read with care: a field that is missing or has another
// type becomes a harmless default, so that no reply can break the page.
import type {
  Language,
  Message,
  Page,
  Rendering,
  Session,
  Translation,
  TranslationState,
  User,
} from "./types";

type Json = Readonly<Record<string, unknown>>;

const STATES = ["ready", "queued", "failed", "skipped"];

export function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown, fallback = ""): string {
  return typeof value === "string" ? value : fallback;
}

function asNumber(value: unknown, fallback: number): number {
  return typeof value === "number" && isFinite(value) ? value : fallback;
}

function asTime(value: unknown): number {
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
    guest: user["guest"] === true,
  };
}

export function readSession(value: unknown): Session {
  return { token: asText(asObject(value)["token"]), user: readUser(value) };
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
      return { code, name, nativeName: asText(language["nativeName"]) || name };
    })
    .filter((language) => language.code !== "");
}

function readTranslation(value: Json): Translation {
  const given = asText(value["state"], "ready");
  return {
    state: (STATES.includes(given) ? given : "queued") as TranslationState,
    text: asText(value["translatedContent"]),
    reason: asText(value["reason"]),
  };
}

export function readMessage(value: unknown): Message {
  const message = asObject(value);
  const sender = asObject(message["sender"]);
  const translations: Record<string, Translation> = {};
  for (const item of asList(message["translations"])) {
    const translation = asObject(item);
    const language = asText(translation["targetLanguage"]);
    if (language) translations[language] = readTranslation(translation);
  }
  return {
    id: asText(message["id"]),
    seq: asNumber(message["seq"], 0),
    senderId: asText(message["senderId"], asText(sender["id"])),
    senderName:
      asText(sender["displayName"]) || asText(sender["username"], "?"),
    content: asText(message["content"]),
    language: asText(message["originalLanguage"], "en"),
    revision: asNumber(message["revision"], 1),
    edited: message["isEdited"] === true,
    deleted: message["isDeleted"] === true,
    clientId: asText(message["clientMessageId"]),
    createdAt: asTime(message["createdAt"]),
    translations,
  };
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
