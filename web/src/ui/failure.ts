// What can be said about a translation that did not come.

/** Asking again would give the same. */
export function isFinal(reason: string): boolean {
  return /^(unsupported|text too long|language not|translation refused|no path)/i.test(
    reason,
  );
}
