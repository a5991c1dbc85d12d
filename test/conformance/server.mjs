// SPDX-License-Identifier: ISC
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";

import { WebSocket } from "ws";

import { Authority } from "../lib/tls.mjs";
import { soon } from "../lib/wait.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const PROGRAM = join(BUILD, "src/net/sio-conformance");

/** For io(): a connection of its own, whoever made the certificate. */
export const ANEW = { forceNew: true, rejectUnauthorized: false };

/** A certificate and its key in one file of that directory. */
async function certify(dir) {
  const { cert, key } = await (await Authority.make(dir)).certify();
  const both = join(dir, "both.pem");

  await writeFile(both, [await readFile(cert), await readFile(key)].join(""));
  return both;
}

/** sio-conformance as one of its personalities, on a port of its own. */
export class Server {
  /** flags: "--engine" or "--socket", and "--calm" against a hasty pulse. */
  static async start(flags, port = 0) {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built`);
    const server = new Server();

    if (process.env.CONFORMANCE_TLS) {
      server.dir = await mkdtemp(join(tmpdir(), "meeshy-conformance-"));
      flags = [...flags, "--tls", await certify(server.dir)];
    }

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
    server.url = `${server.dir ? "https" : "http"}://127.0.0.1:${server.port}`;
    return server;
  }

  /** End a connection at once, with a reset where it has one. */
  reset(socket) {
    if (this.dir) socket.destroy();
    else socket.resetAndDestroy();
  }

  /** A connection to it: of bytes, whatever carries them. */
  connect() {
    const to = { port: this.port, host: "127.0.0.1" };

    return this.dir ? connectTls(to) : connectPlain(to);
  }

  /** SIGTERM: it says goodbye to its clients and ends well. */
  async stop() {
    const exited = once(this.child, "exit");

    this.child.kill("SIGTERM");
    const [code, signal] = await soon(exited, "sio-conformance ends");
    if (this.dir) await rm(this.dir, { recursive: true });
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
