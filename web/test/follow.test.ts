import assert from "node:assert/strict";
import { test } from "node:test";
import { advanced, BEHIND_MAX, nextStep } from "../src/follow";
import type { Changes, Cursor } from "../src/types";
import { message } from "./make";

const KNOWN: Cursor = { epoch: "e", offset: 5, language: "en" };
const page = { messages: [message(9)], hasMore: true };

/** A gateway with this answer, and what it was asked for. */
function gateway(answer: Partial<Changes>) {
  const asked: unknown[] = [];
  const whole = { epoch: "e", offset: 7, behind: 0, anew: false, messages: [] };
  return {
    asked,
    changes: (language: string, cursor: Cursor | null) => {
      asked.push([language, cursor]);
      return Promise.resolve({ ...whole, ...answer });
    },
    newest: (language: string) => {
      asked.push(language);
      return Promise.resolve(page);
    },
  };
}

test("only what changed is read, and the cursor moves on", async () => {
  const source = gateway({ messages: [message(3)] });
  const step = await nextStep(source, "en", KNOWN);
  assert.deepEqual(step, {
    kind: "changed",
    messages: [message(3)],
    cursor: { ...KNOWN, offset: 7 },
    done: true,
  });
  assert.deepEqual(source.asked, [["en", KNOWN]]);
});

test("there are more pages until nothing is behind", async () => {
  const step = await nextStep(gateway({ behind: 3 }), "en", KNOWN);
  assert.equal(step.kind, "changed");
  assert.equal(step.done, false);
});

test("what the log does not have is read anew, from its end on", async () => {
  const source = gateway({ anew: true, epoch: "f" });
  const step = await nextStep(source, "en", KNOWN);
  assert.deepEqual(step, {
    kind: "anew",
    pages: page,
    cursor: { epoch: "f", offset: 7, language: "en" },
    done: true,
  });
});

test("far behind, the newest are read instead of all", async () => {
  const step = await nextStep(gateway({ behind: BEHIND_MAX + 1 }), "en", KNOWN);
  assert.equal(step.kind, "anew");
  assert.equal(step.cursor.offset, 7 + BEHIND_MAX + 1);
});

test("in another language nothing is known yet", async () => {
  const source = gateway({ anew: true });
  const step = await nextStep(source, "fr", KNOWN);
  assert.equal(step.kind, "anew");
  assert.deepEqual(source.asked, [["fr", null], "fr"]);
});

test("events move the cursor forward only, and make none", () => {
  assert.deepEqual(advanced(KNOWN, 6), { ...KNOWN, offset: 6 });
  assert.equal(advanced(KNOWN, 4), KNOWN);
  assert.equal(advanced(null, 4), null);
});
