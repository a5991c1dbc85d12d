// SPDX-License-Identifier: ISC
// What sanitizers say fails a test, also when the program that said it was
// killed, or ends as if nothing were.
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Daemon } from "../lib/daemon.mjs";
import { until } from "../lib/wait.mjs";

/** A program that says this line and then waits for its end. */
async function saying(line, check) {
  const dir = await mkdtemp(join(tmpdir(), "meeshy-test-"));
  const program = join(dir, "program");

  try {
    await writeFile(
      program,
      `#!/bin/sh\ntrap 'exit 0' TERM\necho '${line}' >&2\n` +
        "while :; do sleep 0.1; done\n",
    );
    await chmod(program, 0o755);
    const daemon = new Daemon(program, {});

    daemon.start();
    await until(() => daemon.log.length > 0, "it has spoken");
    await check(daemon);
  } finally {
    await rm(dir, { recursive: true });
  }
}

for (const line of [
  "WARNING: ThreadSanitizer: data race (pid=7)",
  "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x7",
  "src/a.c:7:7: runtime error: signed integer overflow",
])
  test(`"${line}" fails a test`, async () => {
    await saying(line, async (daemon) => {
      await assert.rejects(daemon.stop(), (error) => {
        assert.ok(error.message.includes(line));
        return true;
      });
    });
    await saying(line, async (daemon) => {
      await daemon.kill();
      await assert.rejects(daemon.stop(), /program/);
    });
  });

test("what a program says otherwise does not", () =>
  saying("info  meeshy-gateway error=none", (daemon) => daemon.stop()));
