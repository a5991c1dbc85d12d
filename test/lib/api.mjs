// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";

/** One REST call: {status, body}, whatever the answer is. */
export async function call(url, method, path, { token, body, headers } = {}) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body:
      typeof body === "string" || body instanceof Uint8Array
        ? body
        : JSON.stringify(body),
  });
  const text = await response.text();

  return {
    status: response.status,
    headers: response.headers,
    text,
    body: response.headers.get("content-type")?.startsWith("application/json")
      ? JSON.parse(text)
      : undefined,
  };
}

/**
 * Requests of persons to the house that house() is by then.  ask: the whole
 * answer; good: what somebody gets who may; refused: "STATUS reason", of
 * somebody who may not.  person undefined: nobody signed in.
 */
export function asker(house) {
  const ask = (person, method, path, body) =>
    call(house().url, method, path, { token: person?.token, body });

  async function good(person, method, path, body) {
    const answer = await ask(person, method, path, body);

    assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
    return answer.body.data;
  }

  async function refused(person, method, path, body) {
    const answer = await ask(person, method, path, body);

    assert.ok(answer.status >= 400, `${method} ${path}: ${answer.text}`);
    return `${answer.status} ${answer.body.error}`;
  }

  return { ask, good, refused };
}
