// SPDX-License-Identifier: ISC
// What is asked of a load test: flags, or the environment variables of the
// same name, among them the seeds' own.
import { parseArgs } from "node:util";

const ROWS = [
  ["duration", 30, 1, 7200, "seconds of steady sending"],
  ["requests-per-minute", 120, 1, 600000, "messages that are due in a minute"],
  ["concurrent-requests", 10, 1, 50, "people who send, each his own connection"],
  ["languages", 3, 1, 8, "languages that the readers read"],
  ["rooms", 2, 1, 16, "conversations that the messages go to"],
  ["burst", 5, 0, 600,
    "seconds of sending as fast as answers come, for the rates; 0: none"],
  ["drain", 30, 1, 600, "seconds to wait for the last translations"],
];
const TEXTS = [
  ["gateway", "URL of a running Meeshy; without one a new one is measured"],
  ["translator", "URL of its translator, for its statistics"],
  ["gateway-pid", "its process, to see what it uses"],
  ["translator-pid", "the translator's, to see what its pipelines use"],
  ["out", "folder for report.txt, report.json and report.svg"],
  ["name", "of the report's files instead of \"report\""],
];
const FLAGS = [
  ["soak", "100 messages/s for 10 minutes; loss, duplicates, p95 and memory " +
    "count"],
  ["help", "this text"],
];

/** The seeds' soak. */
const SOAK = { "duration": 600, "requests-per-minute": 6000, "burst": 0 };

export class BadOptions extends Error {}

const variable = (name) => name.toUpperCase().replaceAll("-", "_");
const field = (name) => name.replace(/-(.)/g, (_, c) => c.toUpperCase());

export function usage() {
  const line = (head, help) => `  --${head.padEnd(24)} ${help}`;
  return [
    "usage: ./meeshy loadtest [--data DIR] [OPTION...]",
    "",
    ...ROWS.map(([name, def, , , help]) =>
      line(`${name} N`, `${help} (${def}; ${variable(name)})`)),
    ...TEXTS.map(([name, help]) => line(`${name} TEXT`, help)),
    ...FLAGS.map(([name, help]) => line(name, help)),
    "",
    "Exit status: 0 all criteria are met, 1 not all, 2 it could not run.",
  ].join("\n");
}

function number(name, text, min, max) {
  const n = Number(text);
  if (text.trim() === "" || !Number.isInteger(n) || n < min || n > max)
    throw new BadOptions(`${name} must be a whole number from ${min} to ${max}`);
  return n;
}

export function readOptions(argv, env) {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: Object.fromEntries([
        ...ROWS.map(([name]) => [name, { type: "string" }]),
        ...TEXTS.map(([name]) => [name, { type: "string" }]),
        ...FLAGS.map(([name]) => [name, { type: "boolean", default: false }]),
      ]),
    }));
  } catch (error) {
    throw new BadOptions(error.message);
  }
  const options = { soak: values.soak, help: values.help };
  for (const [name, def, min, max] of ROWS) {
    const text = values[name] ?? env[variable(name)];
    options[field(name)] = text === undefined
      ? (values.soak ? SOAK[name] : undefined) ?? def
      : number(name, text, min, max);
  }
  for (const [name] of TEXTS) options[field(name)] = values[name];
  return options;
}
