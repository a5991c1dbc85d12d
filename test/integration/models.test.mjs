// SPDX-License-Identifier: ISC
// meeshyctl models, against a registry of the test's own.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  writeFile,
} from "node:fs/promises";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { networkInterfaces, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { ROOT } from "../lib/house.mjs";
import { Registry, cut, noise, sha256 } from "../lib/registry.mjs";
import { withTranslator } from "../lib/translator.mjs";
import { pause, until } from "../lib/wait.mjs";

const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const CTL = join(BUILD, "src/ctl/meeshyctl");
const CTL_MS_MAX = 120_000;
const SYNTH = join(BUILD, "src/nn/meeshy-synth");
const VOCAB = "1000";

let registry, folder, models;
let one, two, otherVocab, MODEL_BYTES;

/** The file that meeshy-synth makes. */
async function synth(what, ...options) {
  const path = join(folder, "synth.bin");

  await promisify(execFile)(SYNTH, [what, path, ...options]);
  return readFile(path);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "meeshy-models-"));
  const micro = ["--arch", "micro", "--vocab", VOCAB, "--seed"];

  one = {
    model: await synth("model", ...micro, "1"),
    vocab: await synth("vocab", "--size", VOCAB),
    lexicalShortlist: await synth("shortlist", "--vocab", VOCAB),
  };
  two = { ...one, model: await synth("model", ...micro, "2") };
  otherVocab = await synth("vocab", "--size", VOCAB, "--bpe");
  MODEL_BYTES = one.model.length;
});
after(() => rm(folder, { recursive: true }));
beforeEach(async (t) => {
  registry = await Registry.start();
  models = join(folder, t.name.replace(/\W+/g, "-").slice(0, 60));
});
test.afterEach(() => registry.close());

const env = (extra) => ({
  PATH: process.env.PATH,
  ASAN_OPTIONS: process.env.ASAN_OPTIONS,
  MEESHY_TRANSLATOR_URL: "http://127.0.0.1:9",
  NEURAL_MODELS: models,
  MODELS_REGISTRY: registry.list,
  ...extra,
});

/** Run it; resolves with {code, stdout, stderr} whatever comes. */
function ctl(args, extra = {}) {
  return new Promise((done) => {
    execFile(
      CTL,
      ["models", ...args],
      { timeout: CTL_MS_MAX, env: env(extra) },
      (error, stdout, stderr) =>
        done({ code: error ? (error.code ?? -1) : 0, stdout, stderr }),
    );
  });
}

const manifest = async (name) =>
  JSON.parse(await readFile(join(models, name, "model.json"), "utf8"));

const version = async (name) =>
  existsSync(join(models, name)) ? (await manifest(name)).version : "none";

test("a model is pulled, listed, verified and removed", async () => {
  registry.offer("en-fr", "v1", one);
  let run = await ctl(["available"]);
  assert.match(run.stdout, /^en-fr +tiny +\d+ kB +Release +MPL-2\.0 *$/m);

  run = await ctl(["pull", "en-fr"]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /en-fr v1 .*installed/);
  assert.match(run.stderr, /^fetching model\.bin$/m);
  assert.deepEqual(await readFile(join(models, "en-fr/model.bin")), one.model);
  assert.deepEqual((await readdir(join(models, "en-fr"))).sort(), [
    "lex.bin",
    "model.bin",
    "model.json",
    "vocab.spm",
  ]);
  const { files, ...head } = await manifest("en-fr");
  assert.deepEqual(head, {
    format: 1,
    name: "en-fr",
    source: "en",
    target: "fr",
    version: "v1",
    architecture: "tiny",
    licence: "MPL-2.0",
    origin: `${registry.url}${registry.path("en-fr", "v1", "model.bin")}`,
  });
  assert.equal(files.length, 3);
  for (const file of files) {
    const bytes = await readFile(join(models, "en-fr", file.name));
    assert.equal(file.bytes, bytes.length);
    assert.equal(file.sha256, sha256(bytes));
  }

  assert.match((await ctl(["list"])).stdout, /en-fr +tiny +\d+ kB +MPL-2\.0/);
  assert.match((await ctl(["available"])).stdout, /en-fr.*installed/);
  assert.match((await ctl(["verify"])).stdout, /en-fr +ok/);
  const asked = registry.asked.length;
  assert.match((await ctl(["pull", "en-fr"])).stdout, /is up to date/);
  assert.equal(registry.asked.length, asked);

  await writeFile(join(models, "en-fr/vocab.spm"), otherVocab);
  run = await ctl(["verify", "en-fr"]);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /vocab\.spm has \d+ bytes instead of/);
  assert.match((await ctl(["pull", "en-fr"])).stdout, /installed/);
  assert.equal((await ctl(["verify"])).code, 0);

  assert.equal((await ctl(["remove", "en-fr"])).code, 0);
  assert.match((await ctl(["list"])).stdout, /no models/);
  assert.equal((await ctl(["remove", "en-fr"])).code, 1);
});

test("a connection that is cut is taken up where it ended", async () => {
  const path = registry.path("en-fr", "v1", "model.bin");

  registry.offer("en-fr", "v1", one);
  registry.behave[path] = (q, r, body) => {
    delete registry.behave[path];
    cut(q, r, body);
  };
  const run = await ctl(["pull", "en-fr"]);

  assert.equal(run.code, 0, run.stderr);
  const [first, second] = registry.asked.filter((a) => a.path === path);
  assert.equal(first.range, undefined);
  assert.match(second.range, /^bytes=[1-9]\d+-$/);
  assert.ok(second.ifRange);
  assert.equal((await ctl(["verify"])).code, 0);
});

test("another run goes on with what a killed one left", async () => {
  const path = registry.path("en-fr", "v1", "model.bin");
  let half;

  registry.offer("en-fr", "v1", one);
  const halfway = new Promise((done) => {
    half = done;
  });
  registry.behave[path] = (q, r, body) => {
    r.writeHead(200, {
      "Content-Length": body.length,
      ETag: `"${sha256(body).slice(0, 16)}"`,
    });
    r.write(body.subarray(0, body.length >> 1), () => half());
  };
  const child = spawn(CTL, ["models", "pull", "en-fr"], { env: env() });
  const ended = once(child, "exit");

  await halfway;
  await pause(300); // the more has arrived, the better the test; any is right
  child.kill("SIGKILL");
  await ended;
  assert.equal(await version("en-fr"), "none");
  delete registry.behave[path];
  assert.equal((await ctl(["pull", "en-fr"])).code, 0);
  assert.match(registry.asked.filter((a) => a.path === path)[1].range, /bytes/);
  assert.equal((await ctl(["verify"])).code, 0);
});

test("a server without ranges is asked for the whole again", async () => {
  const path = registry.path("en-fr", "v1", "model.bin");
  let calls = 0;

  registry.offer("en-fr", "v1", one);
  registry.behave[path] = (q, r, body) => {
    if (calls++ === 0) return cut(q, r, body);
    r.writeHead(200, { "Content-Length": body.length }).end(body);
  };
  const run = await ctl(["pull", "en-fr"]);

  assert.equal(run.code, 0, run.stderr);
  assert.equal(calls, 2);
  assert.equal((await ctl(["verify"])).code, 0);
});

test("a server that answers another range is not believed", async () => {
  const path = registry.path("en-fr", "v1", "model.bin");
  let calls = 0;

  registry.offer("en-fr", "v1", one);
  registry.behave[path] = (q, r, body) => {
    if (calls++ === 0) return cut(q, r, body);
    r.writeHead(206, {
      "Content-Range": `bytes 0-${body.length - 1}/${body.length}`,
    });
    r.end(body);
  };
  const run = await ctl(["pull", "en-fr"]);

  assert.equal(run.code, 0, run.stderr);
  assert.equal((await ctl(["verify"])).code, 0);
});

test("a file that changed meanwhile is not patched together", async () => {
  const path = registry.path("en-fr", "v1", "vocab.spm");
  const old = gzipSync(noise(50_000, 8));

  registry.offer("en-fr", "v1", { ...one, vocab: otherVocab });
  registry.behave[path] = (q, r) => {
    delete registry.behave[path];
    cut(q, r, old);
  };
  assert.equal((await ctl(["pull", "en-fr"])).code, 0);
  assert.deepEqual(await readFile(join(models, "en-fr/vocab.spm")), otherVocab);
});

test("a packed file that had come whole is not asked for again", async () => {
  const path = registry.path("en-fr", "v1", "model.bin");

  registry.offer("en-fr", "v1", one);
  const body = registry.files.get(path);
  await mkdir(join(models, ".new/en-fr"), { recursive: true });
  await writeFile(join(models, ".new/en-fr/model.bin"), one.model);
  await writeFile(join(models, ".new/en-fr/lex.bin.part"), body);
  assert.equal((await ctl(["pull", "en-fr"])).code, 0);
  assert.equal(registry.asked.filter((a) => a.path === path).length, 0);
  assert.equal((await ctl(["verify"])).code, 0);
});

/** Pull what is refused: the old model stays, and nothing is left behind. */
async function refused(what, change = () => {}, contents = two) {
  registry.offer("en-fr", "v1", one);
  assert.equal((await ctl(["pull", "en-fr"])).code, 0);
  registry.offer("en-fr", "v2", contents, change);
  const run = await ctl(["pull", "en-fr"]);

  assert.equal(run.code, 1, run.stdout);
  assert.match(run.stderr, what);
  assert.equal(await version("en-fr"), "v1");
  assert.equal((await ctl(["verify"])).code, 0);
}

test("a wrong hash is refused", () =>
  refused(/another SHA-256/, ({ files }) => {
    files.model.uncompressedHash = sha256("something else");
  }));

test("a file that is too short is refused", () =>
  refused(/has (\d+) bytes instead of \d+/, ({ files }) => {
    files.model.uncompressedSize++;
  }));

test("a file that is too long is refused", () =>
  refused(/more in it than the \d+ bytes/, ({ files }) => {
    files.model.uncompressedSize--;
  }));

test("a wrong size as sent is refused", () =>
  refused(/larger than it may be/, ({ files }) => {
    files.lexicalShortlist.size = 50;
  }));

test("a wrong hash as sent is refused", () =>
  refused(/another SHA-256/, ({ files }) => {
    files.lexicalShortlist.hash = sha256("something else");
  }));

test("a hash that is needed and missing is refused", () =>
  refused(/refused: no size and hash/, ({ files }) => {
    delete files.model.uncompressedHash;
  }));

test("what our engine cannot use is refused", () =>
  refused(/cannot be used/, () => {}, {
    ...one,
    model: noise(MODEL_BYTES, 5),
  }));

test("a gzip bomb ends at its bound", async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));

  assert.ok(bomb.length < 300_000);
  await refused(/more in it than the 67108864 bytes/, () => {
    registry.files.set(registry.path("en-fr", "v2", "vocab.spm"), bomb);
  });
  const left = join(models, ".new/en-fr/vocab.spm");
  assert.ok(!existsSync(left) && !existsSync(`${left}.part`));
});

test("an endless file ends at its bound", () =>
  refused(/larger than it may be/, ({ files }) => {
    registry.behave[`/${files.model.path}`] = (q, r) => {
      const more = () => {
        while (!r.destroyed && r.write(Buffer.alloc(65536)));
      };
      r.on("drain", more);
      more();
    };
  }));

test("a path of the registry never leaves its place", async () => {
  for (const path of [
    "../../etc/passwd",
    "/etc/passwd",
    "https://example.invalid/m.gz",
    "a/%2e%2e/b",
    "a\\..\\b",
  ]) {
    registry.offer("en-fr", "v1", one, ({ files }) => {
      files.vocab.path = path;
    });
    const run = await ctl(["pull", "en-fr"]);

    assert.equal(run.code, 1);
    assert.match(run.stderr, /refused: strange path of its vocab/);
    assert.match((await ctl(["available"])).stdout, /en-fr +refused: strange/);
  }
  assert.equal(registry.asked.length, 0);
  registry.models = { "../../x-fr": registry.models["en-fr"] };
  assert.equal((await ctl(["pull", "../../x-fr"])).code, 1);
});

test("plain HTTP never leaves this machine", async (t) => {
  const path = registry.path("en-fr", "v1", "model.bin");
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((a) => a.family === "IPv4" && !a.internal)?.address;
  let run = await ctl(["available", "--registry", "ftp://127.0.0.1/x"]);

  assert.match(run.stderr, /no URL that we may use/);
  run = await ctl(["available", "--registry", "http://192.0.2.1/x"]);
  assert.match(run.stderr, /no URL that we may use/);
  if (!outside) return t.skip("this machine has no address but its own");

  const elsewhere = createServer((q, r) => r.end("not for you"));
  elsewhere.listen(0, outside);
  await once(elsewhere, "listening");
  registry.offer("en-fr", "v1", one);
  registry.behave[path] = (q, r) =>
    r
      .writeHead(302, {
        Location: `http://${outside}:${elsewhere.address().port}/x`,
      })
      .end();
  run = await ctl(["pull", "en-fr"]);
  elsewhere.close();
  assert.match(run.stderr, /only https may leave this machine/);
  assert.equal(run.code, 1);
});

test("a certificate that nobody vouches for is refused", async (t) => {
  const key = join(folder, "key.pem");
  const cert = join(folder, "cert.pem");

  try {
    await promisify(execFile)("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
      ...["ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", key],
      ...["-out", cert, "-days", "1"],
    ]);
  } catch {
    return t.skip("there is no openssl on this machine");
  }
  const options = { key: await readFile(key), cert: await readFile(cert) };
  const secure = createSecureServer(options, (q, r) => r.end("{}"));

  secure.listen(0, "127.0.0.1");
  await once(secure, "listening");
  const url = `https://localhost:${secure.address().port}`;
  let run = await ctl(["available", "--registry", `${url}/db/models.json`]);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /certificate/);
  // Nor by a redirect.
  registry.offer("en-fr", "v1", one);
  registry.behave[registry.path("en-fr", "v1", "model.bin")] = (q, r) =>
    r.writeHead(302, { Location: `${url}/x` }).end();
  run = await ctl(["pull", "en-fr"]);
  secure.close();
  assert.equal(run.code, 1);
  assert.match(run.stderr, /certificate/);
});

test("redirects are followed, but not for ever", async () => {
  const path = registry.path("en-fr", "v1", "model.bin");
  const to = (r, where) => r.writeHead(302, { Location: where }).end();

  registry.offer("en-fr", "v1", one);
  registry.behave[path] = (q, r) => to(r, `${registry.url}/moved`);
  registry.behave["/moved"] = (q, r) =>
    registry.send(q, r, registry.files.get(path));
  assert.equal((await ctl(["pull", "en-fr"])).code, 0);
  registry.behave["/moved"] = (q, r) => to(r, "/moved");
  const run = await ctl(["pull", "en-fr", "--again"]);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /redirects/);
});

test("a registry may be a file, and one from the network reads none", async () => {
  const base = join(folder, "mirror");

  registry.offer("en-fr", "v1", one);
  for (const [path, bytes] of registry.files) {
    await mkdir(join(base, path, ".."), { recursive: true });
    await writeFile(join(base, path), bytes);
  }
  await mkdir(join(base, "db"), { recursive: true });
  await writeFile(
    join(base, "db/models.json"),
    JSON.stringify({ baseUrl: `file://${base}`, models: registry.models }),
  );
  const local = await ctl(["pull", "en-fr"], {
    MODELS_REGISTRY: `file://${base}/db/models.json`,
  });
  assert.equal(local.code, 0, local.stderr);
  assert.equal((await ctl(["verify"])).code, 0);

  registry.behave["/evil.json"] = (q, r) =>
    r.end(JSON.stringify({ baseUrl: "file:///etc", models: registry.models }));
  const evil = await ctl(["available"], {
    MODELS_REGISTRY: `${registry.url}/evil.json`,
  });
  assert.match(evil.stderr, /baseUrl is none that we may use/);
});

test("all models of a language, or between some, are got at once", async () => {
  for (const pair of ["en-fr", "fr-en", "en-es", "es-en", "de-en"])
    registry.offer(pair, "v1", one);
  let run = await ctl(["pull", "--among", "fr, en,de"]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^3 models to get, .* from http/);
  assert.equal(await version("fr-en"), "v1");
  assert.equal(await version("en-es"), "none");
  run = await ctl(["pull", "--all-for", "es"]);
  assert.equal(run.code, 0, run.stderr);
  assert.equal(await version("en-es"), "v1");
  assert.equal(await version("es-en"), "v1");
  run = await ctl(["pull", "--among", "en,fr"]);
  assert.match(run.stdout, /^0 models to get/);
  run = await ctl(["pull"]);
  assert.match(run.stderr, /which\?/);
});

test("the first place that answers is taken, and may be a folder", async () => {
  const other = join(folder, "other");

  registry.offer("en-fr", "v1", one);
  await mkdir(other);
  let run = await ctl(["pull", "en-fr"], {
    MODELS_REGISTRY: `/nowhere file:///nowhere.json  ${registry.list}`,
  });
  assert.equal(run.code, 0, run.stderr);
  await cp(join(models, "en-fr"), join(other, "en-fr"), { recursive: true });
  await ctl(["remove", "en-fr"]);
  const asked = registry.asked.length;

  run = await ctl(["pull", "--all-for", "fr"], {
    MODELS_REGISTRY: `${other} ${registry.list}`,
  });
  assert.equal(run.code, 0, run.stderr);
  assert.equal((await manifest("en-fr")).licence, "MPL-2.0");
  assert.equal(registry.asked.length, asked);
  run = await ctl(["pull", "--all-for", "fr"], {
    MODELS_REGISTRY: "/nowhere ./nor-here",
  });
  assert.equal(run.code, 1);
  assert.match(run.stderr, /^meeshyctl: no place with models answers: .*\n$/);
});

test("two pulls at once do not mix", async () => {
  const path = registry.path("en-fr", "v1", "model.bin");

  registry.offer("en-fr", "v1", one);
  let go, arrived;
  const first = new Promise((done) => {
    arrived = done;
  });
  registry.behave[path] = (q, r, body) => {
    go = () => registry.send(q, r, body);
    arrived();
  };
  const slow = ctl(["pull", "en-fr"]);

  await first;
  const other = await ctl(["pull", "en-fr"]);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /somebody else is changing/);
  go();
  assert.equal((await slow).code, 0);
});

test("killed at any moment, the old model or the new one is there", async () => {
  const KILLS = 24;
  const LATEST_MS = 120;
  const seen = { v1: 0, v2: 0 };

  registry.offer("en-fr", "v1", one);
  assert.equal((await ctl(["pull", "en-fr"])).code, 0);
  await cp(join(models, "en-fr"), join(folder, "kept"), { recursive: true });
  for (let i = 0; i < KILLS; i++) {
    registry.offer("en-fr", "v2", two);
    const child = spawn(CTL, ["models", "pull", "en-fr"], { env: env() });
    const ended = once(child, "exit");

    await pause((i * LATEST_MS) / KILLS);
    child.kill("SIGKILL");
    await ended;
    seen[await version("en-fr")]++;
    const run = await ctl(["verify"]);
    assert.equal(run.code, 0, run.stderr);
    if ((await version("en-fr")) === "v2") {
      registry.offer("en-fr", "v1", one);
      assert.equal((await ctl(["pull", "en-fr"])).code, 0);
      assert.equal(await version("en-fr"), "v1");
    }
  }
  assert.ok(seen.v1 > 0, "some were killed before the end");
  registry.offer("en-fr", "v2", two);
  assert.equal((await ctl(["pull", "en-fr"])).code, 0);
  assert.equal(await version("en-fr"), "v2");
  assert.equal((await ctl(["verify"])).code, 0);
  assert.deepEqual((await readdir(models)).sort(), [".lock", "en-fr"]);
});

test("a folder with Mozilla's own names is added", async () => {
  const from = join(folder, "mozilla");

  await mkdir(from);
  await writeFile(join(from, "model.enes.intgemm.alphas.bin"), one.model);
  await writeFile(join(from, "vocab.esen.spm.gz"), gzipSync(one.vocab));
  let run = await ctl(["add", from]);
  assert.match(run.stderr, /a name of two languages is needed/);
  run = await ctl(["add", from, "en-es", "--licence", "MPL-2.0"]);
  assert.equal(run.code, 0, run.stderr);
  assert.equal((await manifest("en-es")).licence, "MPL-2.0");
  assert.deepEqual(await readFile(join(models, "en-es/vocab.spm")), one.vocab);
  assert.equal((await ctl(["verify"])).code, 0);
});

test("an OPUS-MT folder is added and made an int8 model", async () => {
  const from = join(folder, "opus");
  const text = join(folder, "german.txt");
  const npz = join(from, "opus.transformer.npz");

  await mkdir(from);
  await promisify(execFile)(SYNTH, [
    ...["model", npz, "--arch", "micro", "--self-attention", "--swish"],
    ...["--float32", "--vocab", `${VOCAB},${VOCAB}`],
  ]);
  await writeFile(join(from, "source.spm"), one.vocab);
  await writeFile(join(from, "target.spm"), one.vocab);
  await writeFile(join(from, "decoder.yml"), "beam-size: 6\nnormalize: 1\n");
  await writeFile(text, "Das Haus ist rot.\nWo wohnst du jetzt?\n");
  const args = ["de-en", "--licence", "CC-BY-4.0"];
  let run = await ctl(["add", from, ...args]);
  assert.equal(run.code, 0, run.stderr);
  assert.ok(existsSync(join(models, "de-en/model.npz")));
  run = await ctl(["quantise", "de-en", "--text", text, "--models", models]);
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual((await readdir(join(models, "de-en"))).sort(), [
    "decoder.yml",
    "model.bin",
    "model.json",
    "srcvocab.spm",
    "trgvocab.spm",
  ]);
  assert.equal((await ctl(["verify"])).code, 0);
});

test("a float model is made an int8 one, and measured", async () => {
  const from = join(folder, "float");
  const text = join(folder, "text.txt");

  await mkdir(from);
  await writeFile(
    join(from, "model.bin"),
    await synth("model", "--arch", "micro", "--vocab", VOCAB, "--float32"),
  );
  await writeFile(join(from, "vocab.spm"), one.vocab);
  await writeFile(text, "The house is red.\nWhere do you live now?\n");
  assert.equal((await ctl(["add", from, "en-fr"])).code, 0);
  const before = await manifest("en-fr");
  let run = await ctl(["quantise", "en-fr", "--text", text]);
  assert.equal(run.code, 0, run.stderr);
  const now = await manifest("en-fr");
  assert.equal(now.version, `${before.version}-int8`);
  assert.ok(now.files[0].bytes < before.files[0].bytes / 3);
  assert.equal((await ctl(["verify"])).code, 0);
  run = await ctl(["quantise", "en-fr", "--text", text]);
  assert.match(run.stderr, /is int8 already/);

  run = await ctl(["bench", "en-fr", "--seconds", "1", "--text", text]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /one text at a time, one thread +\d+ words\/s/);
  assert.match(run.stdout, /in batches of 32, one thread +\d+ words\/s/);
});

// ---- the translator's HTTP ----

const TOKEN = "a-token-of-the-test";
const headers = { Authorization: `Bearer ${TOKEN}` };

const settings = () => ({
  ADMIN_TOKEN: TOKEN,
  NEURAL_MODELS: `${models}:${join(folder, "kept")}`,
  MODELS_REGISTRY: registry.list,
});

/** The state of the pull, when it has ended. */
const pulled = (translator) =>
  until(async () => {
    const { body } = await translator.ask("GET", "/models", { headers });

    return body.pull?.state !== "fetching" && body.pull;
  }, "the pull ends");

test("the translator fetches, lists, verifies and removes", () =>
  withTranslator(async (translator) => {
    registry.offer("en-fr", "v1", one);
    let answer = await translator.ask("GET", "/models/available", { headers });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body.models, [
      {
        name: "en-fr",
        source: "en",
        target: "fr",
        version: "v1",
        architecture: "tiny",
        status: "Release",
        licence: "MPL-2.0",
        attribution: "",
        bytes: MODEL_BYTES,
        installed: false,
      },
    ]);

    answer = await translator.ask("POST", "/models/pull", {
      headers,
      body: { name: "en-fr" },
    });
    assert.equal(answer.status, 202);
    assert.equal((await pulled(translator)).state, "installed");
    answer = await translator.ask("GET", "/models", { headers });
    const [model] = answer.body.models;
    assert.equal(model.name, "en-fr");
    assert.equal(model.version, "v1");
    assert.equal(model.shipped, false);

    answer = await translator.ask("POST", "/models/en-fr/verify", { headers });
    assert.deepEqual(answer.body, { success: true, name: "en-fr", ok: true });
    await writeFile(join(models, "en-fr/model.bin"), "damaged");
    answer = await translator.ask("POST", "/models/en-fr/verify", { headers });
    assert.equal(answer.body.ok, false);
    assert.match(answer.body.reason, /has 7 bytes instead of/);

    answer = await translator.ask("DELETE", "/models/en-fr", { headers });
    assert.equal(answer.status, 200);
    assert.equal(await version("en-fr"), "none");
    answer = await translator.ask("DELETE", "/models/en-fr", { headers });
    assert.equal(answer.status, 404);
    answer = await translator.ask("POST", "/models/en-fr/verify", { headers });
    assert.equal(answer.status, 404);
  }, settings()));

test("only the holder of the token may touch models", () =>
  withTranslator(async (translator) => {
    for (const [method, path] of [
      ["GET", "/models"],
      ["GET", "/models/available"],
      ["POST", "/models/pull"],
      ["POST", "/models/rescan"],
      ["POST", "/models/en-fr/verify"],
      ["DELETE", "/models/en-fr"],
    ]) {
      const body = method === "POST" ? { name: "en-fr" } : undefined;
      const none = await translator.ask(method, path, { body });
      assert.equal(none.status, 401, path);
      const wrong = await translator.ask(method, path, {
        body,
        headers: { Authorization: "Bearer another-token-here" },
      });
      assert.equal(wrong.status, 401, path);
    }
    assert.equal(registry.asked.length, 0);
  }, settings()));

test("a name that is none is refused by the translator", () =>
  withTranslator(async (translator) => {
    registry.offer("en-fr", "v1", one);
    for (const name of ["..", "../x", ".new", "EN-FR", "", 7, "a".repeat(99)]) {
      const { status } = await translator.ask("POST", "/models/pull", {
        headers,
        body: { name },
      });
      assert.equal(status, 400, String(name));
    }
    for (const name of ["%2e%2e", "..%2fx", ".new", "EN-FR"]) {
      const { status } = await translator.ask("DELETE", `/models/${name}`, {
        headers,
      });
      assert.ok(status === 400 || status === 404, `${name} ${status}`);
    }
    const { status } = await translator.ask("POST", "/models/pull", {
      headers,
      body: { name: "en-fr", architecture: "../x" },
    });
    assert.equal(status, 400);
  }, settings()));

test("one model is fetched at a time, and a stop ends it", () =>
  withTranslator(async (translator) => {
    const path = registry.path("en-fr", "v1", "model.bin");
    let arrived;
    const begun = new Promise((done) => {
      arrived = done;
    });

    registry.offer("en-fr", "v1", one);
    registry.behave[path] = (q, r, body) => {
      r.writeHead(200, { "Content-Length": body.length });
      r.write(body.subarray(0, 100_000), arrived); // and no more, ever
    };
    const pull = () =>
      translator.ask("POST", "/models/pull", {
        headers,
        body: { name: "en-fr" },
      });

    assert.equal((await pull()).status, 202);
    await begun;
    assert.equal((await pull()).status, 409);
    const other = await ctl(["pull", "en-fr"]);
    assert.match(other.stderr, /somebody else is changing/);
    // Texts are translated meanwhile.
    const { body } = await translator.post("/translate", {
      q: "The house is red.",
      source: "en",
      target: "es",
    });
    assert.match(body.translatedText, /\[es\]/);
    // withTranslator stops it: that must not wait for the server.
  }, settings()));

test("what fails is told with its reason", () =>
  withTranslator(async (translator) => {
    registry.offer("en-fr", "v1", one, ({ files }) => {
      files.model.uncompressedHash = sha256("something else");
    });
    const answer = await translator.ask("POST", "/models/pull", {
      headers,
      body: { name: "en-fr" },
    });
    assert.equal(answer.status, 202);
    const { state, error } = await pulled(translator);
    assert.equal(state, "failed");
    assert.match(error, /another SHA-256/);
    assert.equal(await version("en-fr"), "none");
  }, settings()));

// ---- models in use ----

/** Ask for a translation again and again until told to stop. */
function traffic(translator) {
  const seen = [];
  let on = true;
  const ended = (async () => {
    for (let i = 0; on; i++) {
      const { status, body } = await translator.post("/translate", {
        q: `I have ${i} keys.`,
        source: "en",
        target: "fr",
      });
      seen.push({ status, text: body.translatedText ?? body.error });
    }
  })();

  return {
    seen,
    async stop() {
      on = false;
      await ended;
    },
  };
}

test("a model is replaced and removed while it translates", async () => {
  const copy = async (seed) => {
    const vocab = join(folder, "vocab.spm");

    await writeFile(vocab, one.vocab);
    return {
      ...one,
      model: await synth(
        ...["model", "--arch", "micro", "--kind", "copy", "--seed", seed],
        ...["--vocab", VOCAB, "--spm", vocab],
      ),
    };
  };
  const first = await copy("1");
  const second = await copy("2");

  await withTranslator(
    async (translator) => {
      const translates = async () => {
        const { status } = await translator.post("/translate", {
          q: "I have a house.",
          source: "en",
          target: "fr",
        });
        return status === 200;
      };

      assert.ok(!(await translates()), "there is no model yet");
      registry.offer("en-fr", "v1", first);
      const told = { TRANSLATOR_ADMIN_TOKEN: TOKEN };
      told.MEESHY_TRANSLATOR_URL = translator.url;
      let run = await ctl(["pull", "en-fr"], told);
      assert.equal(run.code, 0, run.stderr);
      assert.ok(await translates(), "at once, for the translator was told");
      run = await ctl(["list"], told);
      assert.match(run.stdout, /en-fr .* v1 +open/);

      const busy = traffic(translator);
      await until(() => busy.seen.length > 3, "some are translated");
      registry.offer("en-fr", "v2", second);
      const answer = await translator.ask("POST", "/models/pull", {
        headers,
        body: { name: "en-fr" },
      });
      assert.equal(answer.status, 202);
      assert.equal((await pulled(translator)).state, "installed");
      const now = busy.seen.length;
      await until(() => busy.seen.length > now + 3, "and more");
      assert.deepEqual(
        busy.seen.filter((one) => one.status !== 200),
        [],
        "nobody noticed",
      );
      const gone = await translator.ask("DELETE", "/models/en-fr", { headers });
      assert.equal(gone.status, 200);
      await until(
        () => busy.seen.at(-1).status !== 200,
        "the pair is not there any more",
      );
      await busy.stop();
      const stats = await translator.get("/stats");
      assert.equal(stats.body.neural.installed, 0);
    },
    {
      ...settings(),
      ENGINE: "neural",
      QUALITY_GATE: "false",
      NEURAL_MODELS: models,
    },
  );
});
