// SPDX-License-Identifier: ISC
// A gateway at rest: where nobody says anything, nothing is written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { until } from "../lib/wait.mjs";

const LOOKS_MS = 3_000; // several looks for what is to be told

test("what looks for something to tell troubles the writer only where there is something", () =>
  inHouse(async (house) => {
    const commits = async () =>
      (await call(house.url, "GET", "/stats")).body.commits;

    await until(async () => (await commits()) > 0, "it has begun");
    await sleep(LOOKS_MS);
    const before = await commits();

    await sleep(LOOKS_MS);
    assert.ok((await commits()) - before <= 1, "a look is no transaction");
  }));
