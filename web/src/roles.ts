// Who stands above whom in a room.
import { ROLES, type Role } from "./types";
import type { Key } from "./words";

export const ROLE_WORDS: Record<Role, Key> = {
  owner: "roleOwner",
  admin: "roleAdmin",
  moderator: "roleModerator",
  member: "roleMember",
  reader: "roleReader",
};

export function atLeast(role: string, least: Role): boolean {
  const rank = (name: string) => ROLES.findIndex((one) => one === name);
  return rank(role) >= rank(least);
}
