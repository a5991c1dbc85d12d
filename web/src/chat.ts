// The conductor: keeps the store, the REST routes and the socket in step.
import * as api from "./api";
import { ApiError } from "./api";
import * as saved from "./saved";
import { Sender } from "./sender";
import type { Link, OpenLink } from "./socket";
import type { Store } from "./store/store";
import type { Message, Outgoing, Page, Session } from "./types";
import { Asker } from "./translate";
import { Typing } from "./typing";

export const ROOM = "any";

const FIRST_PAGE = 50;
const SYNC_PAGE = 100;
/** A longer gap than this is not filled; the reader scrolls up instead. */
const SYNC_PAGES_MAX = 6;
const RETRY_MS = 2_000;
const TICK_MS = 2_000;
const SWEEP_MS = 10_000;

export class Chat {
  readonly store: Store;
  #openLink: OpenLink;
  #link: Link | null = null;
  #asker: Asker;
  #sender: Sender;
  #typing: Typing;
  #synced = false;
  #syncRun = 0;

  constructor(store: Store, openLink: OpenLink) {
    this.store = store;
    this.#openLink = openLink;
    const link = () => this.#link;
    const ready = () => (this.#synced ? this.#link : null);
    this.#asker = new Asker(store, link);
    this.#sender = new Sender(store, ready, ROOM);
    this.#typing = new Typing(link, ROOM);
    store.subscribe(() => {
      const { session, outbox } = store.state;
      if (session) saved.saveOutbox(session.user.id, outbox);
    });
    setInterval(() => this.#tick(), TICK_MS);
    setInterval(() => this.#synced && this.#asker.sweep(), SWEEP_MS);
  }

  /** Take up the session of the last visit, if it is still good. */
  async resume(): Promise<void> {
    const session = saved.savedSession();
    if (!session) return;
    this.open(session);
    try {
      const user = await api.whoAmI(session.token);
      saved.saveSession({ token: session.token, user });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        this.#closed("expired");
      }
    }
  }

  open(session: Session): void {
    this.#link?.close();
    this.#synced = false;
    saved.saveSession(session);
    saved.saveLanguageHere(session.user.language);
    const outbox = saved.savedOutbox(session.user.id);
    this.store.dispatch({ type: "session/opened", session, outbox });
    this.#link = this.#openLink(session.token, ROOM, {
      onOpen: () => {
        this.store.dispatch({ type: "link/changed", link: "online" });
        void this.#catchUp();
      },
      onDrop: () => {
        this.#synced = false;
        this.store.dispatch({ type: "link/changed", link: "offline" });
      },
      onRefused: () => this.#closed("expired"),
      onAction: (action) => this.store.dispatch(action),
    });
  }

  leave(): void {
    const token = this.store.state.session?.token;
    this.#closed("left");
    // Without an answer the token expires by itself.
    if (token) api.logOut(token).catch(() => undefined);
  }

  #closed(why: "left" | "expired"): void {
    this.#link?.close();
    this.#link = null;
    this.#syncRun++;
    saved.saveSession(null);
    this.store.dispatch({ type: "session/closed", why });
  }

  /** What the translators can write; it may change while we are away. */
  async loadLanguages(): Promise<boolean> {
    try {
      const languages = await api.listLanguages();
      this.store.dispatch({ type: "languages/listed", languages });
      return true;
    } catch {
      return false;
    }
  }

  send(content: string, language: string): void {
    const outgoing: Outgoing = {
      clientId: newId(),
      content,
      language,
      createdAt: Date.now(),
      state: "queued",
      reason: "",
    };
    this.store.dispatch({ type: "outbox/queued", outgoing });
    this.#typing.stop();
    void this.#sender.flush();
  }

  sendAgain(clientId: string): void {
    this.store.dispatch({ type: "outbox/again", clientId });
    void this.#sender.flush();
  }

  drop(clientId: string): void {
    this.store.dispatch({ type: "outbox/dropped", clientId });
  }

  // ---- history ----

  /** After every (re)connection: what changed while we were away, then what
   * waited here.  Runs until it has worked or the connection is lost. */
  async #catchUp(): Promise<void> {
    const run = ++this.#syncRun;
    const current = () => run === this.#syncRun && !!this.#link?.connected;
    while (current()) {
      try {
        await this.#saveLanguage();
        void this.loadLanguages();
        const pages = await this.#readHistory();
        if (!current()) return;
        this.store.dispatch({ type: "history/synced", pages });
        this.#synced = true;
        this.#asker.askMissing();
        void this.#sender.flush();
        return;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
          if (current()) this.#closed("expired");
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Read backwards from the newest to the oldest message that is shown: a
   * gap may hold new messages, and shown ones may have been edited, deleted
   * or translated. */
  async #readHistory(): Promise<Page> {
    const { session, language, messages } = this.store.state;
    const token = session?.token ?? "";
    const oldest = messages[0]?.seq ?? Infinity; // none: one page will do
    const limit = messages.length ? SYNC_PAGE : FIRST_PAGE;
    const all: Message[] = [];
    let before = 0;
    for (let n = 1; ; n++) {
      const page = await api.history(token, ROOM, language, limit, before);
      all.push(...page.messages);
      before = Math.min(...page.messages.map((message) => message.seq));
      const joined = before <= oldest || page.messages.length === 0;
      if (!page.hasMore || joined || n === SYNC_PAGES_MAX)
        return { messages: all, hasMore: page.hasMore };
    }
  }

  async loadOlder(): Promise<void> {
    const { session, language, messages, hasOlder, loadingOlder } =
      this.store.state;
    const oldest = messages[0];
    if (!session || !oldest || !hasOlder || loadingOlder) return;
    const run = this.#syncRun;
    this.store.dispatch({ type: "history/older-asked" });
    try {
      const page = await api.history(
        session.token,
        ROOM,
        language,
        FIRST_PAGE,
        oldest.seq,
      );
      // A catch-up since then may have dropped what this page joins on to.
      if (run !== this.#syncRun) throw new Error("superseded");
      this.store.dispatch({ type: "history/older-came", page });
      this.#asker.askMissing();
    } catch {
      this.store.dispatch({ type: "history/older-failed" });
    }
  }

  // ---- language ----

  setLanguage(language: string): void {
    const { session } = this.store.state;
    this.store.dispatch({ type: "language/chosen", language, saved: !session });
    saved.saveLanguageHere(language);
    if (!session) return;
    saved.saveSession(this.store.state.session);
    if (this.#link?.connected) void this.#catchUp();
  }

  async #saveLanguage(): Promise<void> {
    const { session, language, languageSaved } = this.store.state;
    if (!session || languageSaved) return;
    try {
      await api.saveLanguage(session.token, language);
    } catch (error) {
      // Refused for good: read on with what there is in this language.
      const refused = error instanceof ApiError && error.status === 400;
      if (!refused) throw error;
    }
    if (this.store.state.language === language)
      this.store.dispatch({ type: "language/chosen", language, saved: true });
  }

  translateAgain(message: Message): void {
    this.#asker.again(message);
  }

  typing(): void {
    this.#typing.key();
  }

  /** Forget who stopped typing without saying so. */
  #tick(): void {
    const now = Date.now();
    if (this.store.state.typing.some((typist) => typist.until <= now))
      this.store.dispatch({ type: "typing/expired", now });
  }
}

/** randomUUID exists only in secure contexts; a LAN address is none. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}
