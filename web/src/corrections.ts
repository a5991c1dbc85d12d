// Better translations that readers propose, and what others will read of a
// text before it is said.
import { call, roomPath } from "./api";
import { readNamed } from "./reports";
import { asObject, asText } from "./wire";

export interface Correction {
  id: string;
  at: number;
  proposer: string;
  /** As far as the members of the room tell. */
  proposerName: string;
  source: string;
  content: string;
  target: string;
  /** The proposed translation. */
  text: string;
  /** The one that is shown now; "": there is none. */
  shown: string;
}

/** Its id, by which a moderator accepts it. */
export async function propose(
  token: string,
  message: string,
  targetLanguage: string,
  translatedContent: string,
): Promise<string> {
  const body = { targetLanguage, translatedContent };
  const path = `/messages/${message}/corrections`;
  return asText(asObject(await call("POST", path, token, body))["id"]);
}

/** Those that wait, oldest first. */
export async function listCorrections(
  token: string,
  room: string,
): Promise<Correction[]> {
  return readNamed(token, room, "corrections", (row, nameOf) => {
    const proposer = asText(row["proposerId"]);
    return {
      id: asText(row["id"]),
      at: Date.parse(asText(row["at"])),
      proposer,
      proposerName: nameOf(proposer),
      source: asText(row["originalLanguage"]),
      content: asText(row["content"]),
      target: asText(row["targetLanguage"]),
      text: asText(row["translatedContent"]),
      shown: asText(row["shownContent"]),
    };
  });
}

export async function resolveCorrection(
  token: string,
  room: string,
  id: string,
  outcome: "accepted" | "dismissed",
): Promise<void> {
  const path = `${roomPath(room)}/corrections/${id}/resolve`;
  await call("POST", path, token, { outcome });
}

// ---- what others will read ----

export interface Preview {
  /** "": it could not be translated. */
  text: string;
  rough: boolean;
  /** The text translated back; "": that failed. */
  back: string;
  source: string;
}

export async function preview(
  token: string,
  room: string,
  content: string,
  originalLanguage: string,
  targetLanguage: string,
): Promise<Preview> {
  const body = { content, originalLanguage, targetLanguage };
  const path = `${roomPath(room)}/preview`;
  const answer = asObject(await call("POST", path, token, body));
  const ready = answer["state"] === "ready";
  return {
    text: ready ? asText(answer["translatedContent"]) : "",
    rough: asText(answer["quality"]) === "rough",
    back: asText(answer["back"]),
    source: asText(answer["originalLanguage"]),
  };
}
