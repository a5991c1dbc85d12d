// SPDX-License-Identifier: ISC
// What becomes of a message, as a collector of OpenTelemetry is told it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { inHouse } from "../lib/house.mjs";
import { listen } from "../lib/listen.mjs";
import { until } from "../lib/wait.mjs";

const TEXT = "The house is red.";

/** OTLP over HTTP, in JSON: what was posted, as {service, ...span}. */
async function withCollector(run) {
  const spans = [];
  const bodies = [];
  const server = await listen(async (request, response) => {
    let body = "";

    for await (const piece of request) body += piece;
    bodies.push(body);
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      const service = resource.attributes.find(
        ({ key }) => key === "service.name",
      ).value.stringValue;

      for (const { spans: some } of scopeSpans)
        spans.push(...some.map((span) => ({ service, ...span })));
    }
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });

  try {
    await run({ url: `${server.url}/v1/traces`, spans, bodies });
  } finally {
    await server.close();
  }
}

const traced = (url, sample) => ({
  GATEWAY_OTLP_URL: url,
  GATEWAY_OTLP_SAMPLE: String(sample),
  TRANSLATOR_OTLP_URL: url,
  TRANSLATOR_OTLP_SAMPLE: String(sample),
});

const value = (span, key) =>
  span.attributes.find((one) => one.key === key)?.value.stringValue;

test("a message is one trace from its sender to the engine and back", () =>
  withCollector(({ url, spans, bodies }) =>
    inHouse(
      async (house) => {
        const ada = await house.guest("Ada", "en");
        const bob = await house.guest("Bob", "es");
        const { messageId } = await ada.send(TEXT);

        await bob.translation(messageId);
        const named = (name) => spans.find((span) => span.name === name);

        await until(
          () =>
            [
              "message.send",
              "message.translation",
              "translator.task",
              "translator.engine",
            ].every(named),
          "all of it has arrived",
        );
        const send = named("message.send");
        const translation = named("message.translation");
        const task = named("translator.task");
        const engine = named("translator.engine");

        assert.equal(send.service, "meeshy-gateway");
        assert.equal(engine.service, "meeshy-translator");
        assert.equal(value(send, "meeshy.message"), messageId);
        assert.match(value(engine, "meeshy.engine"), /^apertium:/);
        assert.equal(value(translation, "meeshy.target"), "es");
        assert.equal(new Set(spans.map((span) => span.traceId)).size, 1);
        assert.equal(send.parentSpanId, undefined);
        assert.equal(translation.parentSpanId, send.spanId);
        assert.equal(task.parentSpanId, translation.spanId);
        assert.equal(engine.parentSpanId, task.spanId);
        for (const { startTimeUnixNano: start, endTimeUnixNano: end } of spans)
          assert.ok(BigInt(end) >= BigInt(start));
        for (const secret of [TEXT, "casa", "Ada", "Bob", "127.0.0.1"])
          assert.ok(!bodies.join().includes(secret), secret);
        const metrics = await (await fetch(`${house.url}/metrics`)).text();

        assert.match(
          metrics,
          /meeshy_gateway_trace_spans_total\{outcome="sent"\} [1-9]/,
        );
      },
      traced(url, 1000),
    ),
  ));

test("a collector that is away costs traces and nothing else", () =>
  inHouse(
    async (house) => {
      const ada = await house.guest("Ada", "en");
      const bob = await house.guest("Bob", "es");
      const { messageId } = await ada.send(TEXT);

      await bob.translation(messageId);
      await until(
        () => house.gateway.log.some((line) => /traces are lost/.test(line)),
        "the log says so",
      );
    },
    traced("http://127.0.0.1:9/v1/traces", 1000),
  ));

test("what is not sampled is not told", () =>
  withCollector(({ url, spans }) =>
    inHouse(
      async (house) => {
        const ada = await house.guest("Ada", "en");
        const bob = await house.guest("Bob", "es");
        const { messageId } = await ada.send(TEXT);

        await bob.translation(messageId);
        await house.translator.stop(); // which sends what there is
        await house.gateway.stop();
        assert.deepEqual(spans, []);
      },
      traced(url, 0),
    ),
  ));
