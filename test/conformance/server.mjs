// SPDX-License-Identifier: ISC
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { WebSocket } from "ws";

import { soon } from "../lib/wait.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const PROGRAM = join(BUILD, "src/net/sio-conformance");

/** sio-conformance as one of its personalities, on a port of its own. */
export class Server {
  /** flags: "--engine" or "--socket", and "--calm" against a hasty pulse. */
  static async start(flags, port = 0) {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built`);
    const server = new Server();

    server.child = spawn(PROGRAM, [...flags, "--port", String(port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // A test that fails must not wait for a server that nobody stops.
    process.on("exit", () => server.child.kill("SIGKILL"));
    server.child.unref();
    const [line] = await soon(
      once(createInterface({ input: server.child.stdout }), "line"),
      "sio-conformance listens",
    );
    server.child.stdout.unref();
    server.port = JSON.parse(line).port;
    server.url = `http://127.0.0.1:${server.port}`;
    return server;
  }

  /** SIGTERM: it says goodbye to its clients and ends well. */
  async stop() {
    const exited = once(this.child, "exit");

    this.child.kill("SIGTERM");
    const [code, signal] = await soon(exited, "sio-conformance ends");
    if (code !== 0) throw new Error(`it ended with ${code ?? signal}`);
  }
}

/** A WebSocket whose messages wait to be read, in order. */
export class Wire {
  #seen = [];
  #readers = [];

  static async open(url) {
    const wire = new Wire();

    wire.socket = new WebSocket(url.replace(/^http/, "ws"));
    wire.socket.binaryType = "nodebuffer";
    wire.closed = new Promise((done) =>
      wire.socket.on("close", (code) => done(code)),
    );
    wire.socket.on("message", (data, binary) =>
      wire.#note(binary ? data : data.toString()),
    );
    await soon(once(wire.socket, "open"), "a WebSocket opens");
    return wire;
  }

  #note(message) {
    const reader = this.#readers.shift();

    if (reader) reader(message);
    else this.#seen.push(message);
  }

  /** The next message; Buffer when binary. */
  next() {
    if (this.#seen.length > 0) return this.#seen.shift();
    return soon(
      new Promise((done) => this.#readers.push(done)),
      "a message arrives",
    );
  }

  /** The next message that is not a heartbeat, which is answered. */
  async nextBut2() {
    for (;;) {
      const message = await this.next();

      if (message !== "2") return message;
      this.socket.send("3");
    }
  }

  send(...messages) {
    for (const message of messages) this.socket.send(message);
  }

  /** The close code, when the server ends it. */
  end() {
    return soon(this.closed, "the server closes");
  }

  close() {
    this.socket.terminate();
  }
}
