// How far the room's log is known here, and how to learn the rest: what
// changed since, a page at a time, or everything anew where the gateway says
// so or too much has happened.
import type { Changes, Cursor, Message, Page } from "./types";

/** A longer gap is not filled; the newest messages are read anew. */
export const BEHIND_MAX = 1_000;

export type Step =
  | { kind: "changed"; messages: Message[]; cursor: Cursor; done: boolean }
  | { kind: "anew"; pages: Page; cursor: Cursor; done: true };

export interface Source {
  changes(language: string, cursor: Cursor | null): Promise<Changes>;
  /** The newest messages, as far back as messages are shown. */
  newest(language: string): Promise<Page>;
}

/** One step from the cursor on.  It holds when its result is applied, and not
 * before: a step whose result was dropped has to be taken again. */
export async function nextStep(
  source: Source,
  language: string,
  known: Cursor | null,
): Promise<Step> {
  const from = known?.language === language ? known : null;
  const changes = await source.changes(language, from);
  const { epoch, offset, behind, messages } = changes;
  if (!changes.anew && behind <= BEHIND_MAX) {
    const cursor = { epoch, offset, language };
    return { kind: "changed", messages, cursor, done: behind === 0 };
  }
  // The end was told before the messages are read: what they have more is
  // told again, which changes nothing.
  const cursor = { epoch, offset: offset + behind, language };
  const pages = await source.newest(language);
  return { kind: "anew", pages, cursor, done: true };
}

/** An event of the socket says its own place; an older one changes nothing. */
export function advanced(known: Cursor | null, offset: number): Cursor | null {
  return known && offset > known.offset ? { ...known, offset } : known;
}
