// SPDX-License-Identifier: ISC
// What is measured.  A case runs on each of its servers in turn (A B A B), so
// that noise which comes and goes falls on all of them.

const GATEWAYS = ["ours", "peer-group", "peer-each"];

/** Durable messages in rooms of two, each sender with `inFlight` messages
 * un-acknowledged. */
function acked(conns, inFlight, servers = GATEWAYS) {
  return {
    name: `acked/${conns}x${inFlight}`, servers, conns,
    rooms: Math.max(1, conns / 2), senders: conns,
    inFlight, load: [], figure: "acked_per_s",
  };
}

/** One sender, a thousand receivers. */
function fanOut(inFlight) {
  return {
    name: `fanout/1000x${inFlight}`, servers: ["ours", "peer-group"],
    conns: 1001, rooms: 1, senders: 1,
    inFlight, load: [], figure: "delivered_per_s",
  };
}

/** English to Spanish: Apertium alone, tasks over ZeroMQ, and from the
 * sender's key press to the reader's screen.  The translator is not pinned:
 * its pipelines are meant to use every core.  perSecond says how many texts
 * make a run of about the wished length. */
function translated(inFlight, perSecond) {
  return {
    name: `translated/en-es x${inFlight}`,
    servers: ["engine", "translator", "ours+apertium"],
    conns: 2, rooms: 1, senders: 1, inFlight, perSecond,
    load: ["--await-translation", "--text-file", "bench/sentences.txt"],
    figure: "translated_per_s",
  };
}

/** English to Spanish over HTTP beside Debian's server, one text a request.
 * Neither is pinned, for both have their pipelines. */
function asked(conns) {
  return {
    name: `http/en-es x${conns}`, servers: ["ours-http", "peer-apy"],
    conns, rooms: conns, senders: 0, inFlight: 1, load: [],
    figure: "translated_per_s",
  };
}

export const CASES = [
  acked(1, 1),
  acked(1, 32),
  acked(50, 1),
  acked(500, 1, ["ours", "ours+translation", "peer-group", "peer-each"]),
  {
    name: "paced/200 at 1000/s", servers: GATEWAYS,
    conns: 200, rooms: 100, senders: 200, inFlight: 1,
    load: ["--rate", 1000],
    figure: "acked_per_s",
  },
  fanOut(1),
  fanOut(8),
  {
    name: "idle/5000", servers: ["ours", "peer-group"],
    conns: 5000, rooms: 2500, senders: 0, inFlight: 1,
    load: ["--connect-par", 200, "--settle", 2, "--warmup", 0,
      "--duration", 1],
    figure: "kb_per_conn", smallerIsBetter: true,
  },
  translated(1, 500),
  translated(50, 1500),
  asked(1),
  asked(50),
  {
    ...asked(50), name: "http-cached/en-es x50",
    servers: ["ours-http-cached"], same: true,
  },
];
