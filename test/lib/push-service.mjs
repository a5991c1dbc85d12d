// SPDX-License-Identifier: ISC
// A push service and its browsers, for tests: it checks who sends, the browsers
// read what came, both by node:crypto and nothing of ours.
import assert from "node:assert/strict";
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";

import { listen } from "./listen.mjs";
import { until } from "./wait.mjs";

const SALT_BYTES = 16;
const HEADER_BYTES = SALT_BYTES + 4 + 1;
const TAG_BYTES = 16;
const LAST_RECORD = 2;

const hkdf = (salt, key, info, length) =>
  Buffer.from(hkdfSync("sha256", key, salt, info, length));
const info = (name) => Buffer.from(`Content-Encoding: ${name}\0`);

/** RFC 8291 and 8188: the text of a body of one record. */
export function open(body, { ecdh, auth }) {
  const salt = body.subarray(0, SALT_BYTES);
  const length = body[HEADER_BYTES - 1];
  const sender = body.subarray(HEADER_BYTES, HEADER_BYTES + length);
  const record = body.subarray(HEADER_BYTES + length);
  const about = Buffer.concat([
    Buffer.from("WebPush: info\0"),
    ecdh.getPublicKey(),
    sender,
  ]);
  const secret = hkdf(auth, ecdh.computeSecret(sender), about, 32);
  const decipher = createDecipheriv(
    "aes-128-gcm",
    hkdf(salt, secret, info("aes128gcm"), 16),
    hkdf(salt, secret, info("nonce"), 12),
  );

  assert.ok(body.readUInt32BE(SALT_BYTES) >= record.length);
  decipher.setAuthTag(record.subarray(-TAG_BYTES));
  const padded = Buffer.concat([
    decipher.update(record.subarray(0, -TAG_BYTES)),
    decipher.final(),
  ]);
  const end = padded.lastIndexOf(LAST_RECORD);

  assert.ok(end >= 0 && padded.subarray(end + 1).every((byte) => byte === 0));
  return padded.subarray(0, end).toString();
}

/** RFC 8292: {aud, exp, sub} of who says by this key that they are who they are. */
export function sender(authorization) {
  const [, token, key] = authorization.match(
    /^vapid t=([\w.-]+), ?k=([\w-]+)$/,
  );
  const [head, claims, signature] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const part = (at) => point.subarray(at, at + 32).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", x: part(1), y: part(33) };
  const read = (text) => JSON.parse(Buffer.from(text, "base64url"));

  assert.equal(read(head).alg, "ES256");
  assert.ok(
    verify(
      "sha256",
      Buffer.from(`${head}.${claims}`),
      {
        key: createPublicKey({ key: jwk, format: "jwk" }),
        dsaEncoding: "ieee-p1363",
      },
      Buffer.from(signature, "base64url"),
    ),
    "the signature is of the key",
  );
  return { key, ...read(claims) };
}

/** What a browser has: {endpoint, p256dh, auth}, and what came to it. */
class Browser {
  notes = [];

  constructor(url, name) {
    this.name = name;
    this.ecdh = createECDH("prime256v1");
    this.ecdh.generateKeys();
    this.auth = randomBytes(16);
    this.subscription = {
      endpoint: `${url}/to/${name}`,
      p256dh: this.ecdh.getPublicKey("base64url"),
      auth: this.auth.toString("base64url"),
    };
  }

  gets(passes = () => true) {
    return until(() => this.notes.find(passes), `${this.name} is told`);
  }
}

export class PushService {
  browsers = new Map();
  /** How the next requests are answered: {status, headers}; then 201. */
  answers = [];
  /** All requests: {headers, status}. */
  requests = [];

  static async open() {
    const service = new PushService();

    service.server = await listen((...args) => service.#take(...args));
    service.url = service.server.url;
    return service;
  }

  browser(name) {
    const browser = new Browser(this.url, name);

    this.browsers.set(`/to/${name}`, browser);
    return browser;
  }

  async #take(request, response) {
    const chunks = [];

    for await (const chunk of request) chunks.push(chunk);
    const { headers, url, method } = request;
    const browser = this.browsers.get(url);
    const answer = this.answers.shift() ?? {
      status: browser && method === "POST" ? 201 : 404,
    };

    this.requests.push({ headers, url, status: answer.status });
    if (answer.status === 201)
      browser.notes.push(JSON.parse(open(Buffer.concat(chunks), browser)));
    response.writeHead(answer.status, answer.headers);
    response.end("thank you");
  }

  close() {
    return this.server.close();
  }
}
