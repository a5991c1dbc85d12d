// SPDX-License-Identifier: ISC

/** One REST call: {status, body}, whatever the answer is. */
export async function call(url, method, path, { token, body, headers } = {}) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
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
