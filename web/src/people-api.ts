// What one does about oneself and about others: sessions, blocks, one's
// things, and the lists that moderators have.
import { call, roomPath } from "./api";
import { asList, asNumber, asObject, asText } from "./wire";

// ---- where one is signed in ----

export interface SessionInfo {
  id: string;
  createdAt: number;
  /** The one that asks. */
  current: boolean;
}

export async function listSessions(token: string): Promise<SessionInfo[]> {
  return asList(await call("GET", "/auth/sessions", token)).map((item) => {
    const session = asObject(item);
    return {
      id: asText(session["id"]),
      createdAt: Date.parse(asText(session["createdAt"])),
      current: session["current"] === true,
    };
  });
}

export async function endSession(token: string, id: string): Promise<void> {
  await call("DELETE", `/auth/sessions/${id}`, token);
}

export async function changePassword(
  token: string,
  password: string,
  newPassword: string,
): Promise<void> {
  const body = { password, newPassword };
  await call("PUT", "/users/me/password", token, body);
}

// ---- what others see of one's reading ----

export async function hidesReads(token: string): Promise<boolean> {
  const answer = await call("GET", "/users/me/reads", token);
  return asObject(answer)["hidden"] === true;
}

export async function hideReads(token: string, hidden: boolean): Promise<void> {
  await call("PUT", "/users/me/reads", token, { hidden });
}

// ---- blocks ----

export interface Somebody {
  id: string;
  name: string;
}

function readSomebody(value: unknown): Somebody {
  const one = asObject(value);
  const name = asText(one["displayName"]) || asText(one["username"], "?");
  return { id: asText(one["id"]) || asText(one["userId"]), name };
}

export async function listBlocked(token: string): Promise<Somebody[]> {
  const answer = await call("GET", "/users/me/blocks", token);
  return asList(answer).map(readSomebody);
}

export async function block(token: string, id: string): Promise<void> {
  await call("PUT", `/users/me/blocks/${id}`, token, {});
}

export async function unblock(token: string, id: string): Promise<void> {
  await call("DELETE", `/users/me/blocks/${id}`, token);
}

// ---- asking people into a room ----

/** Accounts whose name begins so. */
export async function find(token: string, text: string): Promise<Somebody[]> {
  const query = new URLSearchParams({ q: text });
  return asList(await call("GET", `/users?${query}`, token))
    .filter((item) => asObject(item)["bot"] !== true)
    .map(readSomebody);
}

/** Are they asked first?  Otherwise they are in the room now. */
export async function ask(
  token: string,
  room: string,
  userId: string,
): Promise<boolean> {
  const path = `${roomPath(room)}/participants`;
  return (
    asObject(await call("POST", path, token, { userId }))["invited"] === true
  );
}

/** Who is asked and has not accepted. */
export async function listAsked(
  token: string,
  room: string,
): Promise<Somebody[]> {
  const answer = await call("GET", `${roomPath(room)}/invitations`, token);
  return asList(answer).map(readSomebody);
}

export async function takeBack(
  token: string,
  room: string,
  userId: string,
): Promise<void> {
  await call("DELETE", `${roomPath(room)}/invitations/${userId}`, token);
}

// ---- one's things ----

/** All that one wrote, a message each, in the gateway's own shape. */
export async function exportMine(token: string): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let after = 0; ;) {
    const path = `/users/me/export${after ? `?after=${after}` : ""}`;
    const page = asObject(await call("GET", path, token));
    all.push(...asList(page["messages"]));
    after = asNumber(page["next"], 0);
    if (!after) return all;
  }
}

export async function deleteAccount(
  token: string,
  password: string,
  messages: "keep" | "delete",
): Promise<void> {
  const body = { messages, ...(password ? { password } : {}) };
  await call("POST", "/users/me/delete", token, body);
}

// ---- a room's moderators ----

export async function listBanned(
  token: string,
  room: string,
): Promise<Somebody[]> {
  const answer = await call("GET", `${roomPath(room)}/bans`, token);
  const list = Array.isArray(answer)
    ? answer
    : asList(asObject(answer)["members"]);
  return list.map(readSomebody);
}

export async function unban(
  token: string,
  room: string,
  id: string,
): Promise<void> {
  await call("DELETE", `${roomPath(room)}/bans/${id}`, token);
}

export interface LinkHere {
  id: string;
  guests: boolean;
  uses: number;
  createdAt: number;
}

/** Those that let somebody in now. */
export async function listLinks(
  token: string,
  room: string,
): Promise<LinkHere[]> {
  const answer = await call("GET", `${roomPath(room)}/links`, token);
  const now = Date.now();
  return asList(answer)
    .map(asObject)
    .filter(({ revokedAt, expiresAt }) => {
      const ends = Date.parse(asText(expiresAt));
      return !asText(revokedAt) && !(ends <= now);
    })
    .map((link) => ({
      id: asText(link["id"]),
      guests: link["guests"] === true,
      uses: asNumber(link["uses"], 0),
      createdAt: Date.parse(asText(link["createdAt"])),
    }));
}

// ---- messages ----

export interface Revision {
  revision: number;
  content: string;
  language: string;
  at: number;
}

/** What it said before, oldest first. */
export async function revisions(
  token: string,
  message: string,
): Promise<Revision[]> {
  const answer = await call("GET", `/messages/${message}/revisions`, token);
  return asList(answer).map((item) => {
    const revision = asObject(item);
    return {
      revision: asNumber(revision["revision"], 0),
      content: asText(revision["content"]),
      language: asText(revision["originalLanguage"]),
      at: Date.parse(asText(revision["createdAt"])),
    };
  });
}

/** The number of the first message that was said then or later; 0: none was. */
export async function seqFrom(
  token: string,
  room: string,
  from: Date,
): Promise<number> {
  const query = new URLSearchParams({ from: from.toISOString(), limit: "1" });
  const path = `${roomPath(room)}/messages?${query}`;
  const page = asObject(await call("GET", path, token));
  return asNumber(asObject(asList(page["messages"])[0])["seq"], 0);
}

// ---- the words of a room ----

export interface Term {
  term: string;
  /** Of the texts that it is looked for in; "": all. */
  language: string;
  translations: Readonly<Record<string, string>>;
}

function readTerms(value: unknown): Term[] {
  return asList(asObject(value)["terms"]).map((item) => {
    const term = asObject(item);
    const into = Object.entries(asObject(term["translations"]));
    return {
      term: asText(term["term"]),
      language: asText(term["language"]),
      translations: Object.fromEntries(
        into.map(([code, word]) => [code, asText(word)]),
      ),
    };
  });
}

export async function glossary(token: string, room: string): Promise<Term[]> {
  return readTerms(await call("GET", `${roomPath(room)}/glossary`, token));
}

export async function setGlossary(
  token: string,
  room: string,
  terms: readonly Term[],
): Promise<Term[]> {
  const body = {
    terms: terms.map(({ term, language, translations }) => ({
      term,
      ...(language ? { language } : {}),
      ...(Object.keys(translations).length > 0 ? { translations } : {}),
    })),
  };
  const path = `${roomPath(room)}/glossary`;
  return readTerms(await call("PUT", path, token, body));
}
