// Messages that somebody asked the moderators to look at.
import { call, roomPath } from "./api";
import { asList, asObject, asText, type Json } from "./wire";

export interface Report {
  id: string;
  at: number;
  message: string;
  room: string;
  roomTitle: string;
  author: string;
  /** As far as the members of the room tell. */
  authorName: string;
  reason: string;
  language: string;
  /** Empty when it is deleted. */
  content: string;
}

/** What a moderator made of it. */
export type Outcome = "dismissed" | "removed" | "banned";

/** Of the first members of a room, by their ids. */
async function namesIn(
  token: string,
  room: string,
): Promise<Map<string, string>> {
  const path = `${roomPath(room)}/participants?limit=200`;
  const answer = asObject(await call("GET", path, token));
  return new Map(
    asList(answer["members"]).map((item) => {
      const member = asObject(item);
      const name = asText(member["displayName"]) || asText(member["username"]);
      return [asText(member["id"]), name];
    }),
  );
}

/** What waits for a room's moderators, with the names of who is in it. */
export async function readNamed<T>(
  token: string,
  room: string,
  list: "reports" | "corrections",
  read: (row: Json, nameOf: (id: string) => string) => T,
): Promise<T[]> {
  const answer = await call("GET", `${roomPath(room)}/${list}`, token);
  const rows = asList(answer).map(asObject);
  if (rows.length === 0) return [];
  const names = await namesIn(token, room).catch(
    () => new Map<string, string>(),
  );
  return rows.map((row) => read(row, (id) => names.get(id) ?? "?"));
}

/** Those that are open, oldest first. */
export async function listReports(
  token: string,
  room: string,
  roomTitle: string,
): Promise<Report[]> {
  return readNamed(token, room, "reports", (row, nameOf) => {
    const author = asText(row["authorId"]);
    return {
      id: asText(row["id"]),
      at: Date.parse(asText(row["at"])),
      message: asText(row["messageId"]),
      room,
      roomTitle,
      author,
      authorName: nameOf(author),
      reason: asText(row["reason"]),
      language: asText(row["originalLanguage"]),
      content: asText(row["content"]),
    };
  });
}

/** Does it, and says so. */
export async function resolveReport(
  token: string,
  report: Report,
  outcome: Outcome,
): Promise<void> {
  const { id, room, message, author } = report;
  if (outcome !== "dismissed" && report.content)
    await call("DELETE", `/messages/${message}`, token);
  if (outcome === "banned")
    await call("PUT", `${roomPath(room)}/bans/${author}`, token, {});
  const path = `${roomPath(room)}/reports/${id}/resolve`;
  await call("POST", path, token, { outcome });
}

export async function reportMessage(
  token: string,
  message: string,
  reason: string,
): Promise<void> {
  await call("POST", `/messages/${message}/report`, token, { reason });
}
