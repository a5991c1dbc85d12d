// SPDX-License-Identifier: ISC
// All of this once more, through TLS.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // the certificate is our own
process.env.CONFORMANCE_TLS = "1"; // see server.mjs
await import("./engineio.test.mjs");
await import("./socketio.test.mjs");
await import("./hostile.test.mjs");
