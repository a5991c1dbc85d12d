// SPDX-License-Identifier: ISC
// Requests and sockets from an address of one's own, as cheap as they can be.
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";

const WebSocket = createRequire(
  new URL("../../test/package.json", import.meta.url))("ws");
const ANSWER_MS_MAX = 10_000;

/** One visitor: everything comes from one address. */
export class Visitor {
  constructor(port, address) {
    this.port = port;
    this.address = address;
    this.counts = {}; // what was answered, by abuse and status
    this.agent = new Agent({ keepAlive: true, localAddress: address,
      maxSockets: 32 });
  }

  count(abuse, status) {
    const key = `${abuse} ${status}`;
    this.counts[key] = (this.counts[key] ?? 0) + 1;
  }

  /** A REST call: {status, data}; status 0: no answer. */
  ask(method, path, { token, body, raw } = {}) {
    const text = raw ?? (body === undefined ? "" : JSON.stringify(body));
    return new Promise((done) => {
      const req = request({
        agent: this.agent, port: this.port, host: "127.0.0.1", method, path,
        timeout: ANSWER_MS_MAX,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
          ...(token && { authorization: `Bearer ${token}` }),
        },
      }, (res) => {
        const chunks = [];
        res.on("data", (chunk) => chunks.push(chunk));
        res.on("error", () => done({ status: 0 }));
        res.on("end", () => {
          let data;
          try {
            data = JSON.parse(Buffer.concat(chunks)).data;
          } catch {} // what is no JSON has no data
          done({ status: res.statusCode, data });
        });
      });
      req.on("timeout", () => req.destroy(new Error("no answer")));
      req.on("error", () => done({ status: 0 }));
      req.end(text);
    });
  }

  /** Bytes, and then nothing; ends when the other side has enough. */
  tcp(bytes) {
    return new Promise((done) => {
      const socket = connect({ port: this.port, host: "127.0.0.1",
        localAddress: this.address });
      socket.on("connect", () => socket.write(bytes));
      socket.on("error", () => {});
      socket.on("close", done);
      socket.resume();
    });
  }

  /** A Socket.IO connection: emit(name, payload) resolves with the ack, or
   * with {} when it ends.  deaf: it never reads. */
  socket(token, { deaf = false } = {}) {
    const ws = new WebSocket(
      `ws://127.0.0.1:${this.port}/socket.io/?EIO=4&transport=websocket`,
      { localAddress: this.address, perMessageDeflate: false });
    const waiting = new Map();
    let n = 0;

    return new Promise((done) => {
      const end = () => {
        for (const answer of waiting.values()) answer({});
        waiting.clear();
        done(undefined);
      };
      ws.on("error", end);
      ws.on("close", end);
      ws.on("message", (raw) => {
        const text = raw.toString();
        if (text[0] === "0") ws.send(`40${JSON.stringify({ token })}`);
        else if (text === "2") ws.send("3");
        else if (text.startsWith("44")) ws.terminate();
        else if (text.startsWith("40")) {
          if (deaf) ws.pause();
          done({
            close: () => ws.terminate(),
            get open() { return ws.readyState === WebSocket.OPEN; },
            emit: (name, payload) => new Promise((answer) => {
              if (ws.readyState !== WebSocket.OPEN) return answer({});
              waiting.set(String(n), answer);
              ws.send(`42${n++}${JSON.stringify([name, payload])}`);
            }),
          });
        } else if (text.startsWith("43")) {
          const [, id, rest] = /^43(\d+)(.*)$/s.exec(text);
          waiting.get(id)?.(JSON.parse(rest)[0]);
          waiting.delete(id);
        }
      });
    });
  }
}
