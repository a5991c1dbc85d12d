// The one reducer: (state, action) -> state, pure.
import type { Message, Outgoing } from "../types";
import {
  change,
  markDeleted,
  mergeMessage,
  replaceRange,
  upsert,
  withRendering,
} from "./messages";
import { initialState, type Action, type State, type Stray } from "./state";

/** Messages kept while the reader is at the end; older ones load again. */
export const KEEP_MESSAGES = 400;
/** Events kept for messages that are still on their way from the history. */
export const KEEP_STRAYS = 200;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "session/opened":
      return {
        ...initialState(action.session.user.language),
        languages: state.languages,
        session: action.session,
        outbox: action.outbox,
      };
    case "session/closed":
      return {
        ...initialState(state.language),
        languages: state.languages,
        why: action.why,
      };
    case "languages/listed":
      return { ...state, languages: action.languages };
    case "language/chosen":
      return {
        ...state,
        language: action.language,
        languageSaved: action.saved,
        session: state.session && {
          ...state.session,
          user: { ...state.session.user, language: action.language },
        },
      };
    case "link/changed":
      return action.link === state.link
        ? state
        : { ...state, link: action.link, typing: [] };
    case "message/new":
      return addNew(state, action.message);
    case "message/edited":
    case "message/deleted":
    case "translation/came":
      return applyOrKeep(state, action);
    case "view/scrolled":
      return scrolled(state, action.away);
    case "typing/started":
      return {
        ...state,
        typing: [
          ...state.typing.filter((t) => t.userId !== action.typist.userId),
          action.typist,
        ],
      };
    case "typing/stopped":
      return noTyping(state, action.userId);
    case "typing/expired":
      return {
        ...state,
        typing: state.typing.filter((t) => t.until > action.now),
      };
    case "history/synced":
    case "history/older-asked":
    case "history/older-came":
    case "history/older-failed":
      return reduceHistory(state, action);
    default:
      return reduceOutbox(state, action);
  }
}

type HistoryAction = Extract<Action, { type: `history/${string}` }>;
type OutboxAction = Extract<Action, { type: `outbox/${string}` }>;

function reduceHistory(state: State, action: HistoryAction): State {
  switch (action.type) {
    case "history/synced":
      return settle({
        ...state,
        loaded: true,
        hasOlder: action.pages.hasMore,
        messages: replaceRange(state.messages, action.pages),
      });
    case "history/older-asked":
      return { ...state, loadingOlder: true };
    case "history/older-came":
      return settle({
        ...state,
        loadingOlder: false,
        hasOlder: action.page.hasMore,
        messages: upsert(state.messages, action.page.messages),
      });
    case "history/older-failed":
      return { ...state, loadingOlder: false };
  }
}

function reduceOutbox(state: State, action: OutboxAction): State {
  const patch = (clientId: string, to: Partial<Outgoing>): State => ({
    ...state,
    outbox: state.outbox.map((outgoing) =>
      outgoing.clientId === clientId ? { ...outgoing, ...to } : outgoing,
    ),
  });
  switch (action.type) {
    case "outbox/queued":
      return { ...state, outbox: [...state.outbox, action.outgoing] };
    case "outbox/sending":
      return patch(action.clientId, { state: "sending" });
    case "outbox/failed":
      return patch(action.clientId, {
        state: "failed",
        reason: action.reason,
      });
    case "outbox/again":
      return patch(action.clientId, { state: "queued", reason: "" });
    case "outbox/dropped":
      return {
        ...state,
        outbox: state.outbox.filter((o) => o.clientId !== action.clientId),
      };
    case "outbox/acked":
      return acked(state, action);
  }
}

/** The acknowledgement makes a message of the outgoing one, unless
 * `message:new` or the history has brought it before. */
function acked(
  state: State,
  action: Extract<Action, { type: "outbox/acked" }>,
): State {
  const sent = state.outbox.find((o) => o.clientId === action.clientId);
  const me = state.session?.user;
  if (!sent || !me) return state;
  const { messageId: id, seq, createdAt } = action.ack;
  const message: Message = {
    id,
    seq,
    senderId: me.id,
    senderName: me.displayName,
    content: sent.content,
    language: sent.language,
    revision: 1,
    edited: false,
    deleted: false,
    clientId: sent.clientId,
    createdAt: createdAt || sent.createdAt,
    translations: {},
  };
  const known = state.messages.some((m) => m.id === id);
  return settle({
    ...state,
    messages: known ? state.messages : upsert(state.messages, [message]),
    outbox: state.outbox.filter((o) => o.clientId !== action.clientId),
  });
}

function addNew(state: State, message: Message): State {
  const known = state.messages.some((m) => m.id === message.id);
  const mine = message.senderId === state.session?.user.id;
  const next = noTyping(state, message.senderId);
  return trim(
    settle({
      ...next,
      messages: upsert(state.messages, [message]),
      unseen: state.away && !known && !mine ? state.unseen + 1 : state.unseen,
    }),
  );
}

/** After messages came in: no outgoing one is shown beside its message, and
 * events that were waiting for a message are applied to it. */
function settle(state: State): State {
  const me = state.session?.user.id;
  const arrived = new Set(
    state.messages
      .filter((m) => m.senderId === me && m.clientId)
      .map((m) => m.clientId),
  );
  const known = new Set(state.messages.map((m) => m.id));
  const waiting = state.strays.filter((stray) => !known.has(idOf(stray)));
  const due = state.strays.filter((stray) => known.has(idOf(stray)));
  const outbox = state.outbox.filter((o) => !arrived.has(o.clientId));
  return {
    ...state,
    messages: due.reduce(applyStray, state.messages),
    strays: due.length ? waiting : state.strays,
    outbox: outbox.length === state.outbox.length ? state.outbox : outbox,
  };
}

function idOf(stray: Stray): string {
  switch (stray.type) {
    case "message/edited":
      return stray.message.id;
    case "message/deleted":
      return stray.messageId;
    case "translation/came":
      return stray.rendering.messageId;
  }
}

function applyStray(messages: Message[], stray: Stray): Message[] {
  switch (stray.type) {
    case "message/edited":
      return change(messages, stray.message.id, (m) =>
        mergeMessage(m, stray.message),
      );
    case "message/deleted":
      return change(messages, stray.messageId, markDeleted);
    case "translation/came":
      return change(messages, stray.rendering.messageId, (m) =>
        withRendering(m, stray.rendering),
      );
  }
}

function applyOrKeep(state: State, stray: Stray): State {
  if (state.messages.some((m) => m.id === idOf(stray)))
    return { ...state, messages: applyStray(state.messages, stray) };
  return { ...state, strays: [...state.strays, stray].slice(-KEEP_STRAYS) };
}

function noTyping(state: State, userId: string): State {
  if (!state.typing.some((t) => t.userId === userId)) return state;
  const typing = state.typing.filter((t) => t.userId !== userId);
  return { ...state, typing };
}

function scrolled(state: State, away: boolean): State {
  if (away === state.away) return state;
  return trim({ ...state, away, unseen: 0 });
}

function trim(state: State): State {
  if (state.away || state.messages.length <= KEEP_MESSAGES) return state;
  const messages = state.messages.slice(-KEEP_MESSAGES);
  return { ...state, messages, hasOlder: true };
}
