// SPDX-License-Identifier: ISC
// A translator that costs nothing: it takes tasks, and with REPLY=1 accepts
// and answers each at once, the text unchanged.  For the gateways' share of
// the work.
import * as zmq from "zeromq";

const { PUB_PORT, SUB_PORT } = process.env;
const REPLY = process.env.REPLY === "1";

const subscriber = new zmq.Subscriber({ receiveHighWaterMark: 100000 });
const publisher = new zmq.Publisher({ sendHighWaterMark: 100000 });
await subscriber.bind(`tcp://127.0.0.1:${SUB_PORT}`);
await publisher.bind(`tcp://127.0.0.1:${PUB_PORT}`);
subscriber.subscribe("");
process.on("SIGTERM", () => process.exit(0));
console.log("ready");

const publish = (event) => publisher.send(JSON.stringify(event));
const seconds = () => Date.now() / 1000;

function result(task, targetLanguage) {
  return {
    messageId: task.messageId, translatedText: task.text,
    sourceLanguage: task.sourceLanguage, targetLanguage,
    confidenceScore: 0.9, processingTime: 0, modelType: "basic",
    workerName: "stub",
  };
}

for await (const [frame] of subscriber) {
  if (!REPLY) continue;
  const task = JSON.parse(frame);
  if (task.type === "ping") {
    await publish({ type: "pong", timestamp: seconds() });
    continue;
  }
  const { taskId, messageId, conversationId } = task;
  await publish({
    type: "translation_accepted", taskId, messageId, conversationId,
    timestamp: seconds(),
  });
  for (const targetLanguage of task.targetLanguages)
    await publish({
      type: "translation_completed", taskId, targetLanguage,
      result: { ...result(task, targetLanguage), conversationId },
      timestamp: seconds(),
    });
}
