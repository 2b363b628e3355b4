// A small reader of DER, as the server's (certificates/x509/der.py): it does not recurse and trusts no length.

/** What is no good: `code` chooses the sentence, `field` where it stands. */
export class Refusal extends Error {
  constructor(field, code, facts) {
    super(code);
    Object.assign(this, { field, code, facts });
  }
}

export function must(condition) {
  if (!condition) throw new RangeError();
}

export const number = (bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
export const latin1 = (bytes) => String.fromCharCode(...bytes);
/** An OID, or an INTEGER that is compared. */
export const hex = ({ content }) => [...content].map((byte) => (256 + byte).toString(16).slice(1)).join("");

function element(source, start) {
  const [tag, first] = source.subarray(start);
  const more = first < 128 ? 0 : first - 128;
  const body = start + 2 + more;
  const end = body + (more ? number(source.subarray(start + 2, body)) : first);
  // 128 is BER's unknown length.
  must(first !== 128 && more <= 3 && end <= source.length);
  return { tag, content: source.subarray(body, end), encoded: source.subarray(start, end) };
}

/** The one element that `source` is, to its last byte. */
export function read(source) {
  const node = element(source, 0);
  must(node.encoded.length === source.length);
  return node;
}

/** The elements inside a constructed one, which begin with these tags; the SAT's longest have a dozen. */
export function children({ tag, content }, ...tags) {
  const found = [];
  must(tag & 32);
  for (let at = 0; at < content.length; at += found.at(-1).encoded.length) {
    found.push(element(content, at));
    must(found.length <= 64);
  }
  must(tags.every((wanted, at) => found[at]?.tag === wanted));
  return found;
}
