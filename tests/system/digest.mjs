// Prints the SHA-256 of the canonical form (RDFC-1.0) of N-Quads: `node digest.mjs FILE`.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import canonize from "rdf-canonize";

const quads = canonize.NQuads.parse(readFileSync(process.argv[2], "utf8"));
const options = { algorithm: "RDFC-1.0", format: "application/n-quads" };
const text = await canonize.canonize(quads, options);
console.log(createHash("sha256").update(text).digest("hex"));
