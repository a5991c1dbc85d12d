// The gateway's routes that the page uses once something is opened.
import { call, roomPath } from "./api";
import type { Page, RoomInfo } from "./types";
import { asObject, asText, readPage, readRooms } from "./wire";

/** Rooms that anybody may join. */
export async function publicRooms(
  token: string,
  q: string,
): Promise<RoomInfo[]> {
  const query = new URLSearchParams({ limit: "20", ...(q ? { q } : {}) });
  const found = await call("GET", `/conversations/public?${query}`, token);
  return readRooms(found).map((room) => ({ ...room, listed: true }));
}

export async function listPins(
  token: string,
  id: string,
  language: string,
): Promise<Page> {
  const path = `${roomPath(id)}/pins?${new URLSearchParams({ language })}`;
  return readPage(await call("GET", path, token));
}

/** In originals and in the translations into what I read, newest first. */
export async function search(
  token: string,
  q: string,
  room: string,
): Promise<Page> {
  const query = new URLSearchParams({ q, in: room });
  return readPage(await call("GET", `/search?${query}`, token));
}

export interface NewLink {
  id: string;
  token: string;
}

export async function makeLink(
  token: string,
  id: string,
  guests: boolean,
): Promise<NewLink> {
  const body = { conversationId: id, guests };
  const link = asObject(await call("POST", "/links", token, body));
  return { id: asText(link["id"]), token: asText(link["token"]) };
}

export async function revokeLink(
  token: string,
  id: string,
  link: string,
): Promise<void> {
  await call("DELETE", `${roomPath(id)}/links/${link}`, token);
}
