// SPDX-License-Identifier: ISC
// Waiting for a state, always with a deadline.

// What is waited for may be the first sentence of a pair, whose twenty programs
// start: 18 seconds where thirty others want the same two processors.
const WITHIN_MS = 60_000;

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Resolve with what check() returns as soon as that is truthy.  What check
 * throws counts as "not yet".  Rejects after `within` milliseconds, naming
 * `what` and the last thing seen.
 */
export async function until(check, what, within = WITHIN_MS) {
  const deadline = Date.now() + within;
  let last;

  for (;;) {
    try {
      last = await check();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline)
      throw new Error(`after ${within} ms still not: ${what} (${last})`);
    await pause(10);
  }
}

/** Reject when the promise is not settled after `within` milliseconds. */
export async function soon(promise, what, within = WITHIN_MS) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(
      () => fail(new Error(`after ${within} ms still not: ${what}`)),
      within,
    );
  });

  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
