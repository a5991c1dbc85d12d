// The Socket.IO connection: the gateway's events as actions, and acknowledged
// sending that never keeps a packet for later (the outbox does that, and it
// knows what was acknowledged).
import { io } from "socket.io-client";
import type { Action } from "./store/state";
import {
  asObject,
  asText,
  readAck,
  readFailure,
  readMessage,
  readRenderings,
  type Ack,
} from "./wire";

/** The gateway's way of saying "later". */
export function isPassing(code: string): boolean {
  return code === "RATE" || code === "BUSY";
}

const ACK_TIMEOUT_MS = 10_000;
const RECONNECT_MS = 500;
const TYPING_SHOWN_MS = 5_000;

export interface LinkHandlers {
  onOpen(): void;
  onDrop(): void;
  /** The token is not, or no longer, good. */
  onRefused(): void;
  onAction(action: Action): void;
}

export interface Link {
  readonly connected: boolean;
  /** Rejects when there is no connection or no answer in time. */
  ask(event: string, payload: object): Promise<Ack>;
  /** Without an answer, and lost when there is no connection. */
  tell(event: string, payload: object): void;
  close(): void;
}

export type OpenLink = (
  token: string,
  room: string,
  handlers: LinkHandlers,
) => Link;

export const openLink: OpenLink = (token, room, handlers) => {
  const socket = io({
    auth: { token },
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: RECONNECT_MS,
    reconnectionDelayMax: 5_000,
    timeout: 10_000,
    forceNew: true,
  });
  let timer: ReturnType<typeof setTimeout>;
  const on = (event: string, fn: (payload: unknown) => void) =>
    socket.on(event, (payload: unknown) => {
      const where = asObject(payload)["conversationId"];
      if (where === undefined || where === room) fn(payload);
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
  on("message:new", (payload) => {
    handlers.onAction({ type: "message/new", message: readMessage(payload) });
  });
  on("message:edited", (payload) => {
    const message = readMessage(payload);
    handlers.onAction({ type: "message/edited", message });
  });
  on("message:deleted", (payload) => {
    const messageId = asText(asObject(payload)["messageId"]);
    handlers.onAction({ type: "message/deleted", messageId });
  });
  on("message:translation", (payload) => {
    for (const rendering of readRenderings(payload))
      handlers.onAction({ type: "translation/came", rendering });
  });
  on("translation:failed", (payload) => {
    const rendering = readFailure(payload);
    handlers.onAction({ type: "translation/came", rendering });
  });
  on("typing:start", (payload) => {
    const who = asObject(payload);
    handlers.onAction({
      type: "typing/started",
      typist: {
        userId: asText(who["userId"]),
        name: asText(who["username"]),
        until: Date.now() + TYPING_SHOWN_MS,
      },
    });
  });
  on("typing:stop", (payload) => {
    const userId = asText(asObject(payload)["userId"]);
    handlers.onAction({ type: "typing/stopped", userId });
  });

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
