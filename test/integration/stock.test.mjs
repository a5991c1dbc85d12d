// SPDX-License-Identifier: ISC
// A stock client in another language, with what the original project's sends:
// docs/compatibility.md.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { inHouse, ROOT } from "../lib/house.mjs";

const PYTHON = "/usr/bin/python3";
const CLIENT = join(ROOT, "test/lib/stock_client.py");
const CLIENT_MS_MAX = 180_000;
const run = promisify(execFile);

function missing() {
  try {
    execFileSync(PYTHON, ["-c", "import socketio, websocket, requests"], {
      stdio: "ignore",
    });
    return false;
  } catch {
    return "no python3-socketio, python3-websocket, python3-requests";
  }
}

for (const transport of ["websocket", "polling"])
  test(
    `python-socketio speaks with it by ${transport}`,
    { skip: missing() },
    () =>
      inHouse(async (house) => {
        const a = await house.guest("Amélie", "fr");
        const b = await house.guest("Bob", "en");
        const { stdout } = await run(
          PYTHON,
          [CLIENT, house.url, a.token, b.token, transport],
          { timeout: CLIENT_MS_MAX },
        );
        const got = JSON.parse(stdout);
        const { messageId } = got.ack.data;

        assert.equal(got.authenticated.success, true);
        assert.equal(got.authenticated.user.id, a.user.id);
        assert.equal(got.authenticated.user.language, "fr");
        assert.deepEqual(
          [got.joined.conversationId, got.joined.userId],
          ["any", b.user.id],
        );
        assert.equal(got.typing.userId, a.user.id);
        assert.equal(got.ack.success, true);
        assert.equal(got.sent.messageId, messageId);
        assert.equal(got.sent.status, "message_saved");
        assert.ok(!Number.isNaN(Date.parse(got.sent.timestamp)));
        assert.equal(got.new.id, messageId);
        assert.equal(got.new.content, "bonjour");
        assert.equal(got.new.messageType, "text");
        assert.equal(got.new.isEdited, false);
        const [translation] = got.translation.translations;

        assert.equal(got.translation.messageId, messageId);
        assert.equal(translation.targetLanguage, "en");
        assert.ok(translation.translatedContent);
        assert.match(translation.cacheKey, new RegExp(`^${messageId}_.+_en$`));
        assert.equal(got.refused.success, false);
        assert.equal(typeof got.refused.error, "string");
      }),
  );
