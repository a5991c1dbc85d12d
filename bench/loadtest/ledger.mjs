// SPDX-License-Identifier: ISC
// What was sent and what of it came, how often and how late.  Events may come
// in any order: a reader can see a message before its sender has the ack.
// Times are milliseconds of one clock.

/** Share q of sorted numbers lies below this one; 0 of none. */
export function quantile(sorted, q) {
  if (!sorted.length) return 0;
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

export function latencies(values) {
  const sorted = Float64Array.from(values).sort();
  const sum = sorted.reduce((a, b) => a + b, 0);
  return {
    n: sorted.length,
    mean: sorted.length ? sum / sorted.length : 0,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
  };
}

export class Ledger {
  requests = 0;
  refused = 0; // by the gateway, with its reason in `reasons`
  unanswered = 0; // sent, and no ack in time
  reasons = new Map();
  #messages = new Map(); // id -> record
  #complete = 0;
  #acked = 0;

  /** @param {string[]} languages each has one reader */
  constructor(languages) {
    this.languages = languages;
    this.index = new Map(languages.map((code, i) => [code, i]));
  }

  #record(id) {
    let record = this.#messages.get(id);
    if (!record) {
      const n = this.languages.length;
      record = {
        dueAt: NaN, ackAt: NaN, left: n, whole: undefined,
        shown: new Uint8Array(n), shownAt: new Float64Array(n).fill(NaN),
        translated: new Uint8Array(n),
        translatedAt: new Float64Array(n).fill(NaN),
        failed: new Uint8Array(n),
      };
      this.#messages.set(id, record);
    }
    return record;
  }

  #end(record) {
    if (--record.left > 0 || Number.isNaN(record.dueAt)) return;
    this.#complete++;
    record.whole?.();
    record.whole = undefined;
  }

  sent() {
    this.requests++;
  }

  /** Resolves when every language has a translation or a failure. */
  acked(id, dueAt, now) {
    const record = this.#record(id);
    record.dueAt = dueAt;
    record.ackAt = now;
    this.#acked++;
    if (record.left <= 0) {
      this.#complete++;
      return Promise.resolve();
    }
    return new Promise((done) => (record.whole = done));
  }

  notAcked(reason) {
    if (reason === undefined) this.unanswered++;
    else {
      this.refused++;
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    }
  }

  shown(id, language, now) {
    const record = this.#record(id);
    const i = this.index.get(language);
    if (record.shown[i]++ === 0) record.shownAt[i] = now;
  }

  translated(id, language, now) {
    const record = this.#record(id);
    const i = this.index.get(language);
    if (record.translated[i]++ > 0) return;
    record.translatedAt[i] = now;
    if (!record.failed[i]) this.#end(record);
  }

  failed(id, language, reason) {
    const record = this.#record(id);
    const i = this.index.get(language);
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    if (record.failed[i]++ === 0 && !record.translated[i]) this.#end(record);
  }

  get acknowledged() {
    return this.#acked;
  }

  /** Neither acknowledged nor refused nor given up yet. */
  get waiting() {
    return this.requests - this.#acked - this.refused - this.unanswered;
  }

  get complete() {
    return this.#complete;
  }

  /** Add up the messages that were due in [from, to). */
  summary(from = -Infinity, to = Infinity) {
    const ack = [], shown = [], translated = [];
    const counts = {
      acknowledged: 0, shown: 0, translated: 0, failed: 0,
      messages_lost: 0, translations_lost: 0,
      messages_doubled: 0, translations_doubled: 0,
    };
    for (const record of this.#messages.values()) {
      if (Number.isNaN(record.ackAt) || record.dueAt < from || record.dueAt >= to)
        continue;
      counts.acknowledged++;
      ack.push(record.ackAt - record.dueAt);
      for (let i = 0; i < this.languages.length; i++) {
        if (record.shown[i]) shown.push(record.shownAt[i] - record.dueAt);
        else counts.messages_lost++;
        if (record.shown[i] > 1) counts.messages_doubled++;
        if (record.translated[i])
          translated.push(record.translatedAt[i] - record.dueAt);
        else if (record.failed[i]) counts.failed++;
        else counts.translations_lost++;
        if (record.translated[i] > 1) counts.translations_doubled++;
      }
    }
    counts.shown = shown.length;
    counts.translated = translated.length;
    return {
      ...counts,
      latency_ms: {
        acknowledged: latencies(ack),
        shown: latencies(shown),
        translated: latencies(translated),
      },
    };
  }

  /** Latency of translations by the time at which their message was due:
   * at most n steps from 0 to `to`. */
  series(start, to, n) {
    const step = Math.max(1000, (to - start) / n);
    const steps = [];
    for (const record of this.#messages.values()) {
      const k = Math.floor((record.dueAt - start) / step);
      if (!(k >= 0) || record.dueAt >= to) continue;
      steps[k] ??= { messages: 0, values: [] };
      steps[k].messages++;
      for (let i = 0; i < this.languages.length; i++)
        if (record.translated[i])
          steps[k].values.push(record.translatedAt[i] - record.dueAt);
    }
    return Array.from(steps, (one, k) => {
      const { n: results, p50, p95, max } = latencies(one?.values ?? []);
      const width = Math.min(step, to - start - k * step) / 1000;
      return {
        s: (k * step) / 1000, p50, p95, max,
        messages_per_s: (one?.messages ?? 0) / width,
        translations_per_s: results / width,
      };
    });
  }
}
