// The two files, looked at before any work. Who issued the certificate, the server verifies.

import { children, hex, latin1, must, Refusal, read } from "./der.js";
import { header } from "./key.js";

const MAX_BYTES = 16 * 1024;
const PEM = /-----BEGIN [A-Z0-9 ]+-----(.*?)-----END/s;
// By the tags of what it holds.
const KINDS = [
  [/^48,48,3$/, "certificate"],
  [/^48,4$/, "key"],
  [/^2,(48,4\b|2,2,2)/, "plain"],
  [/^2,48/, "pfx"],
];

/** What `reader` makes of a file; whatever surprises it means that the file is damaged. */
async function chosen(field, file, reader) {
  const refuse = (code) => {
    throw new Refusal(field, code);
  };
  if (!file) refuse("missing");
  if (!file.size) refuse("empty");
  try {
    let der = new Uint8Array(await file.slice(0, MAX_BYTES).arrayBuffer());
    const text = latin1(der);
    if (/^(PK|Rar!)/.test(text)) refuse("zip");
    if (file.size > MAX_BYTES) refuse("big");
    const body = PEM.exec(text)?.[1];
    if (body?.includes("ENCRYPTED")) refuse("converted");
    if (body) der = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
    const tags = children(read(der)).map(({ tag }) => tag);
    const kind = KINDS.find(([shape]) => shape.test(tags))?.[1];
    if (kind === field) return reader(der);
    const swapped = field === "key" ? kind === "certificate" : kind === "key" || kind === "plain";
    return refuse(swapped ? "swapped" : (kind ?? "damaged"));
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(field, "damaged");
  }
}

export const chosenKey = (file) => chosen("key", file, header);

/** An e.firma that may sign for the company at that moment. Throws Refusal. */
export async function chosenCertificate(file, rfc, now) {
  const found = await chosen("certificate", file, certificate);
  const { kind, from, until } = found;
  const wrong =
    (kind !== "FIEL" && kind) ||
    (found.rfc !== rfc && "other_rfc") ||
    (until < now && "expired") ||
    (from > now && "early");
  if (wrong) throw new Refusal("certificate", wrong, { ...found, ours: rfc });
  return found;
}

const RSA = "2a864886f70d010101";
const [COMMON_NAME, NAME, UNIQUE_ID] = ["550403", "550429", "55042d"];
const [KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE] = ["551d0f", "551d13", "551d25"];

function certificate(der) {
  const parts = children(children(read(der))[0]);
  if (parts[0].tag === 0xa0) parts.shift();
  const [, , , validity, subject, publicKey, ...rest] = parts;
  const said = names(subject);
  const [from, until] = children(validity).map(time);
  const [algorithm, key] = children(publicKey);
  const isRsa = hex(children(algorithm)[0]) === RSA;
  // `RFC` or `RFC / RFC_DEL_REPRESENTANTE`.
  const [rfc, representative = ""] = (said[UNIQUE_ID] ?? "").split("/").map((half) => half.trim());
  return {
    der,
    kind: isRsa ? kindOf(rest) : "unknown",
    name: said[NAME] || said[COMMON_NAME] || "",
    rfc,
    representative,
    from,
    until,
    publicKey: publicKey.encoded,
    // Modulus and exponent.
    numbers: isRsa && children(read(key.content.subarray(1)), 2, 2).map(hex),
  };
}

function kindOf(rest) {
  const found = {};
  for (const { tag, content } of rest)
    if (tag === 0xa3)
      for (const extension of children(read(content))) {
        const [kind, ...value] = children(extension);
        found[hex(kind)] = hex({ content: read(value.at(-1).content).content });
      }
  if (found[BASIC_CONSTRAINTS]?.startsWith("0101ff")) return "authority";
  // keyAgreement; digitalSignature and nonRepudiation alone.
  const usage = found[KEY_USAGE];
  if (found[EXTENDED_KEY_USAGE] || Number.parseInt(usage, 16) & 8) return "FIEL";
  return usage === "06c0" ? "CSD" : "unknown";
}

function names(name) {
  const found = {};
  for (const part of children(name))
    for (const pair of children(part)) {
      const [kind, value] = children(pair);
      found[hex(kind)] ??= text(value).replace(/\s+/g, " ").trim();
    }
  return found;
}

/** The SAT's T61String holds Latin-1; old tools put either encoding under any tag. */
function text({ tag, content }) {
  if (tag === 0x1e) return new TextDecoder("utf-16be").decode(content);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return latin1(content);
  }
}

function time({ tag, content }) {
  const said = latin1(content);
  const century = tag === 0x18 ? "" : said < "5" ? "20" : "19";
  const [, year, month, ...more] = /^(\d{4})(..)(..)(..)(..)(..)Z$/.exec(century + said);
  const moment = Date.UTC(year, month - 1, ...more);
  must(moment);
  return moment;
}
