import type {
  Language,
  LinkState,
  Message,
  Outgoing,
  Page,
  Rendering,
  Session,
  Typist,
} from "../types";

/** Something that happened to a message that this page has not got yet. */
export type Stray =
  | { type: "message/edited"; message: Message }
  | { type: "message/deleted"; messageId: string }
  | { type: "translation/came"; rendering: Rendering };

export type Action =
  | Stray
  | { type: "session/opened"; session: Session; outbox: Outgoing[] }
  | { type: "session/closed"; why: Why }
  | { type: "languages/listed"; languages: Language[] }
  | { type: "language/chosen"; language: string; saved: boolean }
  | { type: "link/changed"; link: LinkState }
  | { type: "history/synced"; pages: Page }
  | { type: "history/older-asked" }
  | { type: "history/older-came"; page: Page }
  | { type: "history/older-failed" }
  | { type: "message/new"; message: Message }
  | { type: "outbox/queued"; outgoing: Outgoing }
  | { type: "outbox/sending"; clientId: string }
  | { type: "outbox/failed"; clientId: string; reason: string }
  | { type: "outbox/again"; clientId: string }
  | { type: "outbox/dropped"; clientId: string }
  | { type: "outbox/acked"; clientId: string; ack: AckedAs }
  | { type: "typing/started"; typist: Typist }
  | { type: "typing/stopped"; userId: string }
  | { type: "typing/expired"; now: number }
  | { type: "view/scrolled"; away: boolean };

export interface AckedAs {
  messageId: string;
  seq: number;
  createdAt: number;
}

/** Why there is no session: at the start, by choice, or the token expired. */
export type Why = "" | "left" | "expired";

export interface State {
  session: Session | null;
  why: Why;
  /** The language that I read. */
  language: string;
  /** The gateway knows that I read it. */
  languageSaved: boolean;
  languages: Language[];
  link: LinkState;
  /** Ascending by seq, no two with the same id. */
  messages: Message[];
  loaded: boolean;
  hasOlder: boolean;
  loadingOlder: boolean;
  strays: Stray[];
  outbox: Outgoing[];
  typing: Typist[];
  /** The reader has scrolled up, away from the newest message. */
  away: boolean;
  unseen: number;
}

export function initialState(language: string): State {
  return {
    session: null,
    why: "",
    language,
    languageSaved: true,
    languages: [],
    link: "connecting",
    messages: [],
    loaded: false,
    hasOlder: false,
    loadingOlder: false,
    strays: [],
    outbox: [],
    typing: [],
    away: false,
    unseen: 0,
  };
}
