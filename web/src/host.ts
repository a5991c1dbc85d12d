// What a log of messages and its translations need of the page around them.
import type { Link } from "./socket";
import { RoomLog, type Size } from "./store/log";
import { Asker } from "./translate";

/** Between two tries to read what the gateway has. */
export const RETRY_MS = 2_000;

export interface Host {
  readonly token: string;
  readonly me: string;
  readonly language: string;
  readonly link: Link | null;
  /** The gateway knows which language I read, from now on. */
  saveLanguage(): Promise<void>;
  arrived(clientId: string): void;
  refused(): void;
}

export const newLog = (host: Host, size?: Size) =>
  new RoomLog(
    () => host.me,
    (clientId) => host.arrived(clientId),
    size,
  );

export const newAsker = (host: Host, log: RoomLog) =>
  new Asker(log, () => ({
    id: host.me,
    language: host.language,
    link: host.link,
  }));
