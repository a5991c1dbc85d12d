// SPDX-License-Identifier: ISC
// Certificates of our own, made by the openssl program.
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const openssl = (...args) =>
  execFileSync("openssl", args, { stdio: ["ignore", "pipe", "pipe"] });

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** An authority that nobody knows: {ca} is what its clients trust. */
export class Authority {
  static async make(dir) {
    const authority = new Authority();

    authority.dir = dir;
    authority.key = join(dir, "ca.key");
    authority.cert = join(dir, "ca.pem");
    openssl(
      ...["req", "-x509", ...EC, "-days", "2", "-subj", "/CN=Test authority"],
      ...["-keyout", authority.key, "-out", authority.cert],
    );
    authority.ca = await readFile(authority.cert);
    return authority;
  }

  /** A certificate for localhost and 127.0.0.1: {cert, key}, files. */
  async certify(name = "server", algorithm = EC) {
    const [key, request, cert, extensions] = [
      ...["key", "csr", "pem", "ext"].map((end) =>
        join(this.dir, `${name}.${end}`),
      ),
    ];

    openssl(
      ...["req", ...algorithm, "-subj", "/CN=localhost"],
      ...["-keyout", key, "-out", request],
    );
    await writeFile(
      extensions,
      "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n",
    );
    openssl(
      ...["x509", "-req", "-in", request, "-days", "1", "-CAcreateserial"],
      ...["-CA", this.cert, "-CAkey", this.key, "-extfile", extensions],
      ...["-out", cert],
    );
    return { cert, key };
  }
}
