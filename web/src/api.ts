// The gateway's REST routes that the page uses.
import type { Language, Page, Session, User } from "./types";
import {
  asObject,
  asText,
  readLanguages,
  readPage,
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

async function call(
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
    const response = await fetch(path, {
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

export async function enterAsGuest(
  username: string,
  language: string,
): Promise<Session> {
  return readSession(
    await call("POST", "/auth/guest", "", { username, language }),
  );
}

export async function logIn(who: Credentials): Promise<Session> {
  const { username, password } = who;
  return readSession(
    await call("POST", "/auth/login", "", { username, password }),
  );
}

export async function register(who: Credentials): Promise<Session> {
  return readSession(await call("POST", "/auth/register", "", who));
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

export async function listLanguages(): Promise<Language[]> {
  return readLanguages(await call("GET", "/languages"));
}

/** The newest messages before `before`, or of all when it is 0. */
export async function history(
  token: string,
  room: string,
  language: string,
  limit: number,
  before: number,
): Promise<Page> {
  const query = new URLSearchParams({ language, limit: String(limit) });
  if (before > 0) query.set("before", String(before));
  const path = `/conversations/${encodeURIComponent(room)}/messages?${query}`;
  return readPage(await call("GET", path, token));
}
