// The Socket.IO connection: the gateway's events as actions, and acknowledged
// sending that never keeps a packet for later (the outbox does that, and it
// knows what was acknowledged).
import { io } from "socket.io-client";
import { BASE } from "./base";
import type { ReadState, RoomEvent, User } from "./types";
import {
  asNumber,
  asObject,
  asText,
  readAck,
  readFailure,
  readMessage,
  readOffset,
  readReadState,
  readRenderings,
  readThread,
  readUser,
  type Ack,
} from "./wire";

/** The gateway's way of saying "later". */
export function isPassing(code: string): boolean {
  return code === "RATE" || code === "BUSY" || code === "UNKNOWN";
}

const ACK_TIMEOUT_MS = 10_000;
const RECONNECT_MS = 500;
const TYPING_SHOWN_MS = 5_000;

export interface LinkHandlers {
  onOpen(): void;
  onDrop(): void;
  /** The token is not, or no longer, good. */
  onRefused(): void;
  /** `offset` is its place in the room's log; 0: it has none. */
  onEvent(room: string, event: RoomEvent, offset: number): void;
  /** I changed something about myself, maybe on another device. */
  onUser(user: User): void;
  /** How far I have read a room, on any device. */
  onRead(state: ReadState): void;
  /** A room came, went, or is another now. */
  onRooms(room: string): void;
  /** I am asked into a room, or no more. */
  /** Somebody looks otherwise. */
  onPicture(one: { userId: string; picture: string }): void;
  onInvited(): void;
}

export interface Link {
  readonly connected: boolean;
  /** Rejects when there is no connection or no answer in time. */
  ask(event: string, payload: object): Promise<Ack>;
  /** Without an answer, and lost when there is no connection. */
  tell(event: string, payload: object): void;
  close(): void;
}

export type OpenLink = (token: string, handlers: LinkHandlers) => Link;

export const openLink: OpenLink = (token, handlers) => {
  const socket = io({
    path: `${BASE}/socket.io/`,
    auth: { token },
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: RECONNECT_MS,
    reconnectionDelayMax: 5_000,
    timeout: 10_000,
    forceNew: true,
  });
  let timer: ReturnType<typeof setTimeout>;
  /** Events of rooms, each made one or more of ours. */
  const on = (event: string, read: (payload: unknown) => RoomEvent[]) =>
    socket.on(event, (payload: unknown) => {
      const room = asText(asObject(payload)["conversationId"]);
      const offset = readOffset(payload);
      for (const happened of read(payload))
        handlers.onEvent(room, happened, offset);
    });

  socket.on("connect", handlers.onOpen);
  socket.on("disconnect", (reason) => {
    handlers.onDrop();
    // Only the client's own goodbye is meant to last.
    if (reason === "io server disconnect")
      timer = setTimeout(() => socket.connect(), RECONNECT_MS);
  });
  socket.on("connect_error", (error) => {
    if (error.message === "unauthorized") handlers.onRefused();
    else handlers.onDrop();
  });
  on("message:new", (payload) => [
    { type: "message/new", message: readMessage(payload) },
  ]);
  on("message:edited", (payload) => [
    { type: "message/edited", message: readMessage(payload) },
  ]);
  on("message:deleted", (payload) => [
    { type: "message/deleted", messageId: textOf(payload, "messageId") },
  ]);
  on("message:translation", (payload) =>
    readRenderings(payload).map((rendering) => ({
      type: "translation/came",
      rendering,
    })),
  );
  on("translation:failed", (payload) => [
    { type: "translation/came", rendering: readFailure(payload) },
  ]);
  on("message:thread", (payload) => {
    const thread = readThread(asObject(payload)["thread"]);
    const messageId = textOf(payload, "messageId");
    return thread ? [{ type: "message/threaded", messageId, thread }] : [];
  });
  on("message:reaction", (payload) => [
    {
      type: "message/reacted",
      messageId: textOf(payload, "messageId"),
      marks: numberOf(payload, "marks"),
      to: {
        emoji: textOf(payload, "emoji"),
        count: numberOf(payload, "count"),
        userId: textOf(payload, "userId"),
        added: asObject(payload)["added"] === true,
      },
    },
  ]);
  on("message:pinned", (payload) => [
    {
      type: "message/pinned",
      messageId: textOf(payload, "messageId"),
      marks: numberOf(payload, "marks"),
      pinned: textOf(payload, "pinnedAt") !== "",
    },
  ]);
  on("reader:updated", (payload) => {
    const seq = asObject(payload)["readSeq"];
    return [
      {
        type: "reader/updated",
        userId: textOf(payload, "userId"),
        seq: typeof seq === "number" ? seq : null,
      },
    ];
  });
  on("typing:start", (payload) => [
    {
      type: "typing/started",
      typist: {
        userId: textOf(payload, "userId"),
        name: textOf(payload, "username"),
        until: Date.now() + TYPING_SHOWN_MS,
      },
    },
  ]);
  on("typing:stop", (payload) => [
    { type: "typing/stopped", userId: textOf(payload, "userId") },
  ]);
  socket.on("user:updated", (payload: unknown) =>
    handlers.onUser(readUser(payload)),
  );
  socket.on("conversation:read", (payload: unknown) =>
    handlers.onRead(readReadState(payload)),
  );
  socket.on("picture:changed", (payload: unknown) => {
    const { userId, picture } = asObject(payload);
    handlers.onPicture({ userId: asText(userId), picture: asText(picture) });
  });
  socket.on("invitation:changed", () => handlers.onInvited());
  for (const event of ["added", "removed", "updated", "role"])
    socket.on(`conversation:${event}`, (payload: unknown) =>
      handlers.onRooms(textOf(payload, "conversationId")),
    );

  return {
    get connected() {
      return socket.connected;
    },
    async ask(event, payload) {
      if (!socket.connected) throw new Error("not connected");
      const answer: unknown = await socket
        .timeout(ACK_TIMEOUT_MS)
        .emitWithAck(event, payload);
      return readAck(answer);
    },
    tell(event, payload) {
      if (socket.connected) socket.volatile.emit(event, payload);
    },
    close() {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
};

function textOf(payload: unknown, field: string): string {
  return asText(asObject(payload)[field]);
}

function numberOf(payload: unknown, field: string): number {
  return asNumber(asObject(payload)[field], 0);
}
