// SPDX-License-Identifier: ISC
// What is measured.  A case runs on each of its servers in turn (A B A B), so
// that noise which comes and goes falls on all of them.

const GATEWAYS = ["ours", "peer-group", "peer-each"];

/** Durable messages in rooms of two, each sender with `inflight` messages
 * un-acknowledged. */
function acked(conns, inflight, servers = GATEWAYS) {
  return {
    name: `acked/${conns}x${inflight}`, servers, conns,
    rooms: Math.max(1, conns / 2), senders: conns,
    load: ["--inflight", inflight],
    figure: "acked_per_s",
  };
}

/** One sender, a thousand receivers. */
function fanOut(inflight) {
  return {
    name: `fanout/1000x${inflight}`, servers: ["ours", "peer-group"],
    conns: 1001, rooms: 1, senders: 1,
    load: ["--inflight", inflight],
    figure: "delivered_per_s",
  };
}

/** From the sender's key press to the translation on the reader's screen. */
function translated(inflight) {
  return {
    name: `translated/en-es x${inflight}`, servers: ["ours+apertium"],
    conns: 2, rooms: 1, senders: 1, unpinned: true,
    load: ["--inflight", inflight, "--await-translation",
      "--text-file", "bench/sentences.txt"],
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
    conns: 200, rooms: 100, senders: 200, load: ["--rate", 1000],
    figure: "acked_per_s",
  },
  fanOut(1),
  fanOut(8),
  {
    name: "idle/5000", servers: ["ours", "peer-group"],
    conns: 5000, rooms: 2500, senders: 0,
    load: ["--connect-par", 200, "--settle", 2, "--warmup", 0,
      "--duration", 1],
    figure: "kb_per_conn", smallerIsBetter: true,
  },
  translated(1),
  translated(50),
];
