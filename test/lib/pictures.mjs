// SPDX-License-Identifier: ISC
// Pictures as cameras and bad people make them.
import { deflateSync } from "node:zlib";

const CRC = Array.from({ length: 256 }, (_, n) => {
  for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = ~0;

  for (const byte of bytes) crc = (crc >>> 8) ^ CRC[(crc ^ byte) & 255];
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);

  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function header(width, height) {
  const out = Buffer.alloc(13);

  out.writeUInt32BE(width);
  out.writeUInt32BE(height, 4);
  out.set([8, 2, 0, 0, 0], 8); // 8 bits of red, green and blue
  return out;
}

/** A PNG; `colour(x, y)` is [red, green, blue]. */
export function png(width, height, colour = (x, y) => [x & 255, y & 255, 99]) {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  let at = 0;

  for (let y = 0; y < height; y++) {
    at++; // no filter
    for (let x = 0; x < width; x++, at += 3) rows.set(colour(x, y), at);
  }
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header(width, height)),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Says that it is this large, and is nearly nothing. */
export function lyingPng(width, height) {
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header(width, height)),
    chunk("IDAT", deflateSync(Buffer.alloc(1 << 20))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** As large as it says, all of one colour: a thousandth of that on the way. */
export function hugePng(width, height) {
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header(width, height)),
    chunk("IDAT", deflateSync(Buffer.alloc(height * (1 + 3 * width)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Many pictures of one pixel, one after the other. */
export function animatedGif(n) {
  const head = Buffer.from(
    "GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\xff",
    "latin1",
  );
  const frame = Buffer.from(
    "!\xf9\x04\0\x01\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0",
    "latin1",
  );

  return Buffer.concat([head, ...Array(n).fill(frame), Buffer.from(";")]);
}

/** The size of a WebP without an alpha channel: [width, height]. */
export function webpSize(bytes) {
  const kind = bytes.toString("latin1", 12, 16);

  if (bytes.toString("latin1", 0, 4) !== "RIFF" || kind !== "VP8 ")
    throw new Error(`no such WebP: ${kind}`);
  return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
}
