// Being asked into rooms, and who may take one in without asking.
import { call } from "./api";
import { asList, asObject, asText } from "./wire";

export interface Invitation {
  room: string;
  direct: boolean;
  /** Of the room; a direct one has none. */
  title: string;
  inviterId: string;
  inviterName: string;
}

const mine = "/users/me/invitations";

export async function listInvitations(token: string): Promise<Invitation[]> {
  return asList(await call("GET", mine, token)).map((item) => {
    const one = asObject(item);
    return {
      room: asText(one["conversationId"]),
      direct: one["type"] === "direct",
      title: asText(one["title"]),
      inviterId: asText(one["inviterId"]),
      inviterName: asText(one["inviterName"], "?"),
    };
  });
}

export async function accept(token: string, room: string): Promise<void> {
  await call("POST", `${mine}/${room}/accept`, token, {});
}

export async function decline(token: string, room: string): Promise<void> {
  await call("DELETE", `${mine}/${room}`, token);
}

export const ADDERS = ["everybody", "contacts", "nobody"] as const;
export type AddedBy = (typeof ADDERS)[number];

function readAddedBy(answer: unknown): AddedBy {
  const by = asText(asObject(answer)["addedBy"]);
  return ADDERS.find((one) => one === by) ?? "contacts";
}

export async function addedBy(token: string): Promise<AddedBy> {
  return readAddedBy(await call("GET", "/users/me/consent", token));
}

export async function setAddedBy(token: string, by: AddedBy): Promise<void> {
  await call("PUT", "/users/me/consent", token, { addedBy: by });
}
