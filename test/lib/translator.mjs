// SPDX-License-Identifier: ISC
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Daemon } from "./daemon.mjs";
import { until } from "./wait.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const READY_MS_MAX = 30_000;
const READY = /ready sub=(\d+) pub=(\d+) http=(\d+)/;

/** A translator by itself, seen over HTTP. */
export class Translator {
  /** settings by their names without prefix; the engine is echo unless they
   * say otherwise: it makes "[es] hello" of "hello". */
  static async start(settings = {}) {
    const translator = new Translator();
    const env = {
      HOST: "127.0.0.1",
      HTTP_PORT: "0",
      ZMQ_SUB_PORT: "0",
      ZMQ_PUB_PORT: "0",
      ENGINE: "echo",
      MEMORY: "",
      ...settings,
    };

    translator.daemon = new Daemon(
      join(BUILD, "src/translator/meeshy-translator"),
      Object.fromEntries(
        Object.entries(env).map(([key, value]) => [`TRANSLATOR_${key}`, value]),
      ),
    );
    translator.daemon.start();
    const [, , , port] = await until(
      () => translator.daemon.log.map((line) => READY.exec(line)).find(Boolean),
      "the translator is ready",
      READY_MS_MAX,
    );

    translator.url = `http://127.0.0.1:${port}`;
    return translator;
  }

  /** Status, headers and body, which is parsed when it is JSON. */
  async #ask(path, options) {
    const response = await fetch(`${this.url}${path}`, options);
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json");

    return {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(text) : text,
    };
  }

  get(path) {
    return this.#ask(path);
  }

  post(path, body, headers = {}) {
    return this.#ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Any method; a body is sent as JSON. */
  ask(method, path, { body, headers = {} } = {}) {
    return this.#ask(path, {
      method: method.toUpperCase(),
      headers: body
        ? { "Content-Type": "application/json", ...headers }
        : headers,
      body: body && JSON.stringify(body),
    });
  }

  /** fields: [name, value] pairs or an object, sent as curl -d does. */
  form(path, fields) {
    return this.#ask(path, {
      method: "POST",
      body: new URLSearchParams(fields),
    });
  }

  /** As a browser's form with enctype multipart/form-data does. */
  parts(path, fields) {
    const body = new FormData();

    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.#ask(path, { method: "POST", body });
  }

  raw(path, body, type) {
    return this.#ask(path, {
      method: "POST",
      headers: { "Content-Type": type },
      body,
    });
  }
}

/** Run a test on a translator; when it fails, show what it logged. */
export async function withTranslator(test, settings) {
  const translator = await Translator.start(settings);

  try {
    await test(translator);
  } catch (error) {
    console.error(translator.daemon.log.join("\n"));
    await translator.daemon.stop().catch(() => {}); // the first is the news
    throw error;
  }
  await translator.daemon.stop();
}
