// Programs that write and read: bots, and the webhooks of rooms.
import { call, roomPath } from "./api";
import { asList, asObject, asText, asTime } from "./wire";

// ---- bots ----

export const SCOPES = ["read", "write", "manage"] as const;
export type Scope = (typeof SCOPES)[number];

export interface Bot {
  id: string;
  username: string;
  name: string;
  scopes: readonly Scope[];
}

/** With what is told once. */
export interface NewBot extends Bot {
  token: string;
}

function readBot(value: unknown): NewBot {
  const bot = asObject(value);
  const username = asText(bot["username"]);
  const may = asList(bot["scopes"]);
  return {
    id: asText(bot["id"]),
    username,
    name: asText(bot["displayName"]) || username,
    scopes: SCOPES.filter((scope) => may.includes(scope)),
    token: asText(bot["token"]),
  };
}

/** One's own. */
export async function listBots(token: string): Promise<Bot[]> {
  return asList(await call("GET", "/bots", token)).map(readBot);
}

export async function addBot(
  token: string,
  username: string,
  displayName: string,
  scopes: readonly Scope[],
): Promise<NewBot> {
  const may = SCOPES.map((scope) => [scope, scopes.includes(scope)]);
  const body = {
    username,
    ...(displayName ? { displayName } : {}),
    ...Object.fromEntries(may),
  };
  return readBot(await call("POST", "/bots", token, body));
}

/** In the place of the one so far. */
export async function renewBot(token: string, id: string): Promise<string> {
  const answer = await call("POST", `/bots/${id}/token`, token, {});
  return asText(asObject(answer)["token"]);
}

export async function removeBot(token: string, id: string): Promise<void> {
  await call("DELETE", `/bots/${id}`, token);
}

/** Whoever they are; bots too. */
export async function takeIn(
  token: string,
  room: string,
  userId: string,
): Promise<void> {
  await call("POST", `${roomPath(room)}/participants`, token, { userId });
}

// ---- incoming webhooks ----

export interface Hook {
  id: string;
  name: string;
  createdAt: number;
}

export async function listHooks(token: string, room: string): Promise<Hook[]> {
  const answer = await call("GET", `${roomPath(room)}/hooks`, token);
  return asList(answer).map((item) => {
    const hook = asObject(item);
    return {
      id: asText(hook["id"]),
      name: asText(hook["name"]),
      createdAt: asTime(hook["createdAt"]),
    };
  });
}

/** The path that is told once. */
export async function addHook(
  token: string,
  room: string,
  name: string,
): Promise<string> {
  const path = `${roomPath(room)}/hooks`;
  const answer = await call("POST", path, token, { name });
  return asText(asObject(answer)["path"]);
}

export async function removeHook(
  token: string,
  room: string,
  id: string,
): Promise<void> {
  await call("DELETE", `${roomPath(room)}/hooks/${id}`, token);
}

// ---- outgoing webhooks ----

export interface Outhook {
  id: string;
  host: string;
  /** Told to admins only. */
  url: string;
  /** When it was given up; 0: it goes on. */
  disabledAt: number;
  reason: string;
}

export async function listOuthooks(
  token: string,
  room: string,
): Promise<Outhook[]> {
  const answer = await call("GET", `${roomPath(room)}/outhooks`, token);
  return asList(answer).map((item) => {
    const hook = asObject(item);
    return {
      id: asText(hook["id"]),
      host: asText(hook["host"]),
      url: asText(hook["url"]),
      disabledAt: asTime(hook["disabledAt"] ?? 0),
      reason: asText(hook["reason"]),
    };
  });
}

/** The secret that is told once. */
export async function addOuthook(
  token: string,
  room: string,
  url: string,
): Promise<string> {
  const path = `${roomPath(room)}/outhooks`;
  const answer = await call("POST", path, token, { url });
  return asText(asObject(answer)["secret"]);
}

export async function enableOuthook(
  token: string,
  room: string,
  id: string,
): Promise<void> {
  await call("POST", `${roomPath(room)}/outhooks/${id}/enable`, token, {});
}

export async function removeOuthook(
  token: string,
  room: string,
  id: string,
): Promise<void> {
  await call("DELETE", `${roomPath(room)}/outhooks/${id}`, token);
}
