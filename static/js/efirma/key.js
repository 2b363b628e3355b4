// Opens the key of an e.firma and hands it to WebCrypto (docs/adr/0026; certificates/x509/key_header.py).

import { children, hex, must, number, Refusal, read } from "./der.js";
import { decipher } from "./des.js";

// The file sets its own cost; the SAT's have 2048 rounds.
const MAX_ITERATIONS = 100_000;
const MAX_ROUNDS = 150_000;

const PKCS = "2a864886f70d0";
const [RSA, PBKDF2, PBES2, TRIPLE_DES] = [`${PKCS}10101`, `${PKCS}1050c`, `${PKCS}1050d`, `${PKCS}307`];
const SCRYPT = "2b06010401da47040b";
const HASHES = { 207: "SHA-1", 209: "SHA-256", "20a": "SHA-384", "20b": "SHA-512" };
// Bytes of key and of block; no AES of 192 bits, which Chromium has not.
const CIPHERS = { [TRIPLE_DES]: [24, 8], "608648016503040102": [16, 16], "60864801650304012a": [32, 16] };
// PBES1, PKCS#12, DES, RC2, CAST, Blowfish, IDEA.
const OLD = /^2a864886f70d0(105|10c|3)|^2a864886f67d|^2b0e03|^2b06010401(97|81)/;

const refuse = (code) => {
  throw new Refusal("key", code);
};
const strange = (scheme) => refuse(OLD.test(scheme) ? "old" : "scheme");

/** An encrypted key's header, checked before anything is decrypted. */
export function header(der) {
  const [algorithm, { content: ciphertext }] = children(read(der));
  const [kind, parameters] = children(algorithm);
  if (hex(kind) !== PBES2) strange(hex(kind));
  const [derivation, encryption] = children(parameters, 48, 48);
  const [cipher, iv] = children(encryption);
  const [keyBytes, block] = CIPHERS[hex(cipher)] ?? strange(hex(cipher));
  const { given = keyBytes, ...derived } = pbkdf2(derivation);
  must(given === keyBytes && iv.content.length === block);
  must(ciphertext.length && ciphertext.length <= 4096 && ciphertext.length % block === 0);
  return { ...derived, keyBytes, isTripleDes: block === 8, iv: iv.content, ciphertext };
}

function pbkdf2(derivation) {
  const [name, parameters] = children(derivation);
  if (hex(name) !== PBKDF2) refuse(hex(name) === SCRYPT ? "cost" : "scheme");
  const [{ content: salt }, rounds, ...rest] = children(parameters, 4, 2);
  must(salt.length && salt.length <= 64);
  const iterations = number(rounds.content);
  if (!iterations || iterations > MAX_ITERATIONS || rounds.content[0] > 127) refuse("cost");
  const given = rest[0]?.tag === 2 ? number(rest.shift().content) : undefined;
  const prf = rest.length ? hex(children(rest[0])[0]) : `${PKCS}207`;
  return { salt, iterations, hash: HASHES[prf.replace(PKCS, "")] ?? strange(prf), given };
}

// What old programs took a password's bytes from.
const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const CHARSETS = ["windows-1252", "macintosh"].map((name) => new TextDecoder(name).decode(BYTES));

/** The bytes that may be meant, the likeliest first. */
function spellings(password) {
  const composed = password.normalize("NFC");
  const found = [password, composed, password.normalize("NFD")].map((text) => new TextEncoder().encode(text));
  for (const charset of CHARSETS) {
    const bytes = [...composed].map((char) => charset.indexOf(char));
    if (!bytes.includes(-1)) found.push(Uint8Array.from(bytes));
  }
  return [...new Map(found.map((bytes) => [`${bytes}`, bytes])).values()];
}

function slips(password) {
  const inside = password.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, "");
  const swapped = password.replace(/./gu, (char) => {
    const upper = char.toUpperCase();
    return char === upper ? char.toLowerCase() : upper;
  });
  const side = password.endsWith(inside) ? "space_before" : "space_after";
  return Object.entries({ [inside]: side, [swapped]: "caps_lock" }).filter(
    ([text]) => text && text !== password,
  );
}

/** The plaintext; garbage or null where the password is wrong. */
async function deciphered({ salt, iterations, hash, keyBytes, isTripleDes, iv, ciphertext }, password) {
  const typed = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash, salt, iterations };
  const key = new Uint8Array(await crypto.subtle.deriveBits(how, typed, 8 * keyBytes));
  if (isTripleDes) {
    const plain = decipher(ciphertext, key, iv);
    return plain.subarray(0, -plain.at(-1));
  }
  const aes = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, aes, ciphertext));
  } catch (error) {
    // The padding does not fit.
    if (error.name === "OperationError") return null;
    throw error;
  }
}

async function opened(header, password) {
  for (const bytes of spellings(password).slice(0, Math.max(1, MAX_ROUNDS / header.iterations))) {
    const plain = await deciphered(header, bytes);
    bytes.fill(0);
    let kind, inside;
    try {
      [, kind, inside] = children(read(plain), 2, 48, 4);
      kind = hex(children(kind)[0]);
    } catch {
      continue;
    }
    return { plain, rsa: kind === RSA ? inside.content : refuse("size") };
  }
  return null;
}

async function wrong(header, password) {
  for (const [text, slip] of header.iterations > 4096 ? [] : slips(password)) {
    const found = await opened(header, text);
    found?.plain.fill(0);
    if (found) return new Refusal("password", slip);
  }
  return new Refusal("password", "wrong");
}

/** What signs for this certificate, by digest: a PAC asks for either. Throws Refusal. */
export async function openKey(header, password, certificate) {
  const found = await opened(header, password);
  if (!found) throw await wrong(header, password);
  const { plain, rsa } = found;
  try {
    const numbers = publicNumbers(rsa);
    // 2048 to 4096 bits, in hexadecimal digits.
    if (numbers[0].length < 514 || numbers[0].length > 1026) refuse("size");
    if (`${numbers}` !== `${certificate.numbers}`) refuse("pair");
    return {
      "SHA-1": await signer(plain, certificate, "SHA-1"),
      "SHA-256": await signer(plain, certificate, "SHA-256"),
    };
  } finally {
    plain.fill(0);
  }
}

function publicNumbers(rsa) {
  try {
    return children(read(rsa), ...Array(9).fill(2))
      .slice(1, 3)
      .map(hex);
  } catch {
    return refuse("numbers");
  }
}

/** Signs, and verifies it: a damaged key signs too. */
async function signer(plain, certificate, hash) {
  const how = { name: "RSASSA-PKCS1-v1_5", hash };
  let key, publicKey;
  const sign = async (bytes) => {
    const signature = await crypto.subtle.sign(how, key, bytes);
    must(await crypto.subtle.verify(how, publicKey, signature, bytes));
    return new Uint8Array(signature);
  };
  try {
    key = await crypto.subtle.importKey("pkcs8", plain, how, false, ["sign"]);
    publicKey = await crypto.subtle.importKey("spki", certificate.publicKey, how, false, ["verify"]);
    await sign(Uint8Array.of(1));
  } catch {
    refuse("numbers");
  }
  return sign;
}
