// SPDX-License-Identifier: ISC
// What both programs say of themselves, once a second: memory, queues, counts.
import { loadavg } from "node:os";
import { children, ownMb } from "./cpu.mjs";

const EVERY_MS = 1000;
const ANSWER_MS_MAX = 3000;

async function stats(url) {
  if (!url) return {};
  try {
    const answer = await fetch(`${url}/stats`,
      { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return answer.ok ? await answer.json() : {};
  } catch {
    return {}; // a gap in the series
  }
}

/** Memory of the translator's pipelines, MB. */
const pipelinesMb = (pid) =>
  children(pid).map(ownMb).reduce((a, b) => a + b, 0);

export class Watch {
  samples = [];

  /** @param house see house.mjs */
  static async start(house, startedAt) {
    const watch = new Watch();
    watch.house = house;
    watch.startedAt = startedAt;
    watch.first = await watch.#look();
    watch.timer = setInterval(() => watch.#look(), EVERY_MS);
    return watch;
  }

  async #look() {
    if (this.looking) return this.last;
    this.looking = true;
    const [gateway, translator] = await Promise.all([
      stats(this.house.gateway), stats(this.house.translator),
    ]);
    this.looking = false;
    this.samples.push({
      s: (performance.now() - this.startedAt) / 1000,
      gateway: gateway.memory_usage_mb,
      translator: translator.memory_usage_mb,
      pipelines: this.house.translatorPid
        ? pipelinesMb(this.house.translatorPid) : undefined,
      queued: translator.normal_pool_size === undefined ? undefined
        : translator.normal_pool_size + translator.any_pool_size,
      load: loadavg()[0],
    });
    this.last = { gateway, translator };
    return this.last;
  }

  async stop() {
    clearInterval(this.timer);
    return this.#look();
  }

  /** A gateway counter's growth since the start. */
  grown(name) {
    return (this.last.gateway[name] ?? 0) - (this.first.gateway[name] ?? 0);
  }

  /** The same of the translator; by a path, as in "cache.hits". */
  grownTranslator(path) {
    const at = (stats) =>
      path.split(".").reduce((part, key) => part?.[key], stats);
    const now = at(this.last.translator);
    return now === undefined
      ? undefined : now - (at(this.first.translator) ?? 0);
  }

  /** At most n samples, evenly taken. */
  thin(n) {
    const step = Math.max(1, Math.ceil(this.samples.length / n));
    return this.samples.filter((_, i) => i % step === 0);
  }
}
