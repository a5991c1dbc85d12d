// SPDX-License-Identifier: ISC
// A provider of OpenID Connect on this machine, which can be made to lie.
import {
  createHash,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  sign,
} from "node:crypto";

import { listen } from "./listen.mjs";

export const CLIENT = { id: "meeshy", secret: "s:cret&words" };
const HOUR_S = 3600;

const base64url = (what) =>
  Buffer.from(typeof what === "object" ? JSON.stringify(what) : what).toString(
    "base64url",
  );

export class Provider {
  people = { sub: "248289", name: "Ada Lovelace", preferred_username: "ada" };
  codes = new Map(); // what a code is about, once
  given = []; // all codes
  asked = []; // paths
  head = {}; // of the next tokens, instead of what is right
  claims = {};
  away = false; // takes connections, and says nothing
  refuse = false; // whoever is sent to it says no there
  signer = (text, { alg }) => this.#sign(text, alg);

  static async start() {
    const provider = new Provider();

    provider.newKeys("r1", "e1");
    provider.server = await listen((q, r) => provider.#answer(q, r));
    provider.issuer = provider.server.url;
    return provider;
  }

  close() {
    return this.server.close();
  }

  newKeys(rsa, ec) {
    this.kid = { RS256: rsa, ES256: ec };
    this.keys = {
      RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
      ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    };
  }

  /** The gateway's settings for it. */
  settings(house) {
    return {
      GATEWAY_OIDC_ISSUER: this.issuer,
      GATEWAY_OIDC_CLIENT_ID: CLIENT.id,
      GATEWAY_OIDC_CLIENT_SECRET: CLIENT.secret,
      GATEWAY_OIDC_NAME: "Example",
      GATEWAY_PUBLIC_URL: house.url,
    };
  }

  /** What the provider's own page does once somebody has signed in there: the
   * address to go back to. */
  consent(url, about = {}) {
    const asked = new URL(url).searchParams;
    const code = randomBytes(12).toString("base64url");
    const back = new URL(asked.get("redirect_uri"));

    this.given.push(code);
    this.codes.set(code, {
      challenge: asked.get("code_challenge"),
      redirect: asked.get("redirect_uri"),
      nonce: asked.get("nonce"),
      person: { ...this.people, ...about },
    });
    back.searchParams.set("code", code);
    back.searchParams.set("state", asked.get("state"));
    return back;
  }

  #denial(url) {
    const asked = url.searchParams;
    const back = new URL(asked.get("redirect_uri"));

    back.searchParams.set("error", "access_denied");
    back.searchParams.set("state", asked.get("state"));
    return back.href;
  }

  /** Signed by whatever signer says, with HS256 and none if asked for. */
  token({ nonce, person }) {
    const now_s = Math.floor(Date.now() / 1000);
    const head = { alg: "RS256", ...this.head };
    const text = [
      base64url({ kid: this.kid[head.alg], ...head }),
      base64url({
        iss: this.issuer,
        aud: CLIENT.id,
        iat: now_s,
        exp: now_s + HOUR_S,
        nonce,
        ...person,
        ...this.claims,
      }),
    ].join(".");

    return `${text}.${this.signer(text, head)}`;
  }

  #sign(text, alg) {
    if (alg === "none") return "";
    if (alg === "HS256") {
      // The public key, which everybody has, as if it were a shared secret.
      const pem = this.keys.RS256.publicKey.export({
        type: "spki",
        format: "pem",
      });

      return createHmac("sha256", pem).update(text).digest("base64url");
    }
    const { privateKey } = this.keys[alg];
    const key = { key: privateKey, dsaEncoding: "ieee-p1363" };

    return sign("sha256", Buffer.from(text), key).toString("base64url");
  }

  #jwks() {
    const keys = Object.entries(this.keys).map(([alg, { publicKey }]) => ({
      ...publicKey.export({ format: "jwk" }),
      kid: this.kid[alg],
      use: "sig",
      alg,
    }));

    return { keys };
  }

  #document() {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize?realm=1`,
      token_endpoint: `${this.issuer}/token/`,
      jwks_uri: `${this.issuer}/keys`,
      ...this.document,
    };
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.issuer);
    const chunks = [];
    const json = (status, body) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };

    for await (const chunk of request) chunks.push(chunk);
    this.asked.push(url.pathname);
    if (this.away) return;
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json(200, this.#document());
      case "/keys":
        return json(200, this.#jwks());
      case "/token/":
        return this.#redeem(request, Buffer.concat(chunks).toString(), json);
      case "/authorize":
        response.writeHead(302, {
          location: this.refuse ? this.#denial(url) : this.consent(url).href,
        });
        return response.end();
      default:
        return json(404, { error: "not_found" });
    }
  }

  #redeem(request, body, json) {
    const form = new URLSearchParams(body);
    const about = this.codes.get(form.get("code"));
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const { id, secret } = CLIENT;
    const known = Buffer.from(`${id}:${encodeURIComponent(secret)}`);

    if (request.headers.authorization !== `Basic ${known.toString("base64")}`)
      return json(401, { error: "invalid_client" });
    this.codes.delete(form.get("code"));
    if (
      !about ||
      about.challenge !== challenge ||
      about.redirect !== form.get("redirect_uri")
    )
      return json(400, { error: "invalid_grant" });
    json(200, {
      access_token: "of no use to us",
      token_type: "Bearer",
      id_token: this.token(about),
    });
  }
}
