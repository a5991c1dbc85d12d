// The mock gateway's people, and what it remembers over a restart.
import { randomUUID } from "node:crypto";

/** What survives a restart of the gateway. */
export function newWorld() {
  return {
    users: new Map(),
    tokens: new Map(),
    messages: [],
    /** Ids of messages, in the order in which something happened to them. */
    log: [],
    epoch: randomUUID(),
    sends: 0,
    histories: 0,
    tries: new Map(),
    translator: "healthy",
  };
}

export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

export const publicUser = ({ password: _, ...user }) => user;

export function accounts(world) {
  function userOf(request) {
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    const user = world.users.get(world.tokens.get(token));
    if (!user) throw new Refusal(401, "UNAUTHORIZED", "unauthorized");
    return user;
  }
  function addUser({ username, language, password }, guest) {
    const taken = [...world.users.values()].some(
      (user) => user.username === username && (!guest || !user.guest),
    );
    if (taken) throw new Refusal(409, "CONFLICT", "name is taken");
    const id = randomUUID();
    const user = { id, username, displayName: username, language, guest };
    world.users.set(id, { ...user, password });
    return session(world.users.get(id));
  }
  function session(user) {
    const token = randomUUID();
    world.tokens.set(token, user.id);
    return { token, user: publicUser(user) };
  }
  function logIn({ username, password }) {
    for (const user of world.users.values())
      if (user.username === username && user.password === password)
        return session(user);
    throw new Refusal(401, "UNAUTHORIZED", "wrong name or password");
  }

  return { userOf, addUser, logIn };
}
