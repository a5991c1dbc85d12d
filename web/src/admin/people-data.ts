// People, rooms, reports and the audit log, as the dashboard asks for them.
import { call } from "../api";
import { asList, asNumber, asObject, asText } from "../wire";
import { timeOf } from "./data";

export interface Person {
  id: string;
  username: string;
  name: string;
  email: string;
  language: string;
  guest: boolean;
  bot: boolean;
  admin: boolean;
  disabled: boolean;
  createdAt: number;
}

const PAGE = 50;

export interface People {
  users: readonly Person[];
  hasMore: boolean;
}

export async function people(
  token: string,
  q: string,
  after: string,
): Promise<People> {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (q) query.set("q", q);
  if (after) query.set("after", after);
  const answer = asObject(await call("GET", `/admin/users?${query}`, token));
  return {
    users: asList(answer["users"]).map((item) => {
      const user = asObject(item);
      const username = asText(user["username"]);
      return {
        id: asText(user["id"]),
        username,
        name: asText(user["displayName"]) || username,
        email: asText(user["email"]),
        language: asText(user["language"]),
        guest: user["guest"] === true,
        bot: user["bot"] === true,
        admin: user["admin"] === true,
        disabled: user["disabled"] === true,
        createdAt: timeOf(user["createdAt"]),
      };
    }),
    hasMore: answer["hasMore"] === true,
  };
}

export async function disable(
  token: string,
  id: string,
  disabled: boolean,
): Promise<void> {
  await call("PUT", `/admin/users/${id}/disabled`, token, { disabled });
}

export async function grant(
  token: string,
  id: string,
  admin: boolean,
): Promise<void> {
  await call("PUT", `/admin/users/${id}/admin`, token, { admin });
}

/** The token by which they set a new password. */
export async function reset(token: string, id: string): Promise<string> {
  const answer = await call("POST", `/admin/users/${id}/reset`, token, {});
  return asText(asObject(answer)["token"]);
}

export async function claim(token: string, secret: string): Promise<void> {
  await call("POST", "/admin/claim", token, { token: secret });
}

export const REGISTRATIONS = ["open", "invitation", "closed"] as const;

export interface Policy {
  registration: (typeof REGISTRATIONS)[number];
  guests: boolean;
  /** What is older is erased; 0: nothing is. */
  retentionDays: number;
}

function readPolicy(value: unknown): Policy {
  const policy = asObject(value);
  return {
    registration:
      REGISTRATIONS.find((one) => one === policy["registration"]) ?? "open",
    guests: policy["guests"] === true,
    retentionDays: asNumber(policy["retentionDays"], 0),
  };
}

export async function policy(): Promise<Policy> {
  return readPolicy(await call("GET", "/policy"));
}

export async function setPolicy(
  token: string,
  some: Partial<Policy>,
): Promise<Policy> {
  return readPolicy(await call("PATCH", "/admin/policy", token, some));
}

export interface Overview {
  id: string;
  type: string;
  title: string;
  createdAt: number;
  lastAt: number;
  archived: boolean;
  messages: number;
  members: number;
  links: number;
  reports: number;
}

export async function rooms(
  token: string,
  before: string,
): Promise<{ rooms: Overview[]; hasMore: boolean }> {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (before) query.set("before", before);
  const answer = asObject(await call("GET", `/admin/rooms?${query}`, token));
  return {
    rooms: asList(answer["rooms"]).map((item) => {
      const room = asObject(item);
      const count = (name: string) => asNumber(room[name], 0);
      return {
        id: asText(room["id"]),
        type: asText(room["type"]),
        title: asText(room["title"]),
        createdAt: timeOf(room["createdAt"]),
        lastAt: timeOf(room["lastMessageAt"]),
        archived: room["archived"] === true,
        messages: count("messages"),
        members: count("members"),
        links: count("links"),
        reports: count("reports"),
      };
    }),
    hasMore: answer["hasMore"] === true,
  };
}

export interface Audit {
  n: number;
  at: number;
  act: string;
  actor: string;
  room: string;
  user: string;
  detail: string;
}

export async function audit(token: string, before: number): Promise<Audit[]> {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (before) query.set("before", String(before));
  const answer = await call("GET", `/admin/audit?${query}`, token);
  return asList(answer).map((item) => {
    const row = asObject(item);
    return {
      n: asNumber(row["n"], 0),
      at: timeOf(row["at"]),
      act: asText(row["act"]),
      actor: asText(row["actorId"]),
      room: asText(row["conversationId"]),
      user: asText(row["userId"]),
      detail: asText(row["detail"]),
    };
  });
}

export const AUDIT_PAGE = PAGE;
