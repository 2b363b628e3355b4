// Triple DES in CBC mode (FIPS 46-3), in which the SAT's keys are encrypted and which WebCrypto lacks.

const BOXES = [
  "e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
  "f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
  "a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
  "7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
  "2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
  "c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
  "4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
  "d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
];
const numbers = (digits) => [...digits].map((digit) => Number.parseInt(digit, 36));
const P = numbers("g7kltcsh1fnq5iva28oewr39jdu6mb4p");
// PC2 of either half; PC1 takes columns of bits, upwards and downwards.
const PC2 = [numbers("ehbo153sf6lanjc4q8g7rkd2"), numbers("do39jr2cnh5kglbs6piem814")];
const LEFT = Array.from({ length: 28 }, (_, at) => 57 - 8 * (at % 8) + (at >> 3));
const RIGHT = LEFT.map((_, at) => [63, 62, 61, 28][at >> 3] - 8 * (at % 8));
const SHIFTS = numbers("12468acefhjlnpr").concat(28);

/** Each S-box with P behind it. */
const ADDED = BOXES.map((digits, box) =>
  Int32Array.from({ length: 64 }, (_, six) => {
    const digit = Number.parseInt(digits[16 * (((six >> 4) & 2) | (six & 1)) + ((six >> 1) & 15)], 16);
    const before = digit << (28 - 4 * box);
    return P.reduce((after, from, to) => after | (((before >>> (32 - from)) & 1) << (31 - to)), 0);
  }),
);

/** Sixteen round keys, each as eight groups of six bits. */
function roundKeys(key) {
  const bit = (at) => (key[(at - 1) >> 3] >> (-at & 7)) & 1;
  const halves = [LEFT.map(bit), RIGHT.map(bit)];
  return SHIFTS.map((shift) => {
    const six = new Uint8Array(8);
    halves.forEach((half, side) => {
      PC2[side].forEach((from, to) => {
        six[4 * side + Math.floor(to / 6)] |= half[(from - 1 + shift) % 28] << (5 - (to % 6));
      });
    });
    return six;
  });
}

function rounds(block, keys) {
  let [left, right] = block;
  for (const key of keys) {
    let mixed = left;
    for (let box = 0; box < 8; box++) {
      const turn = (4 * box + 5) & 31;
      mixed ^= ADDED[box][(((right << turn) | (right >>> (32 - turn))) & 63) ^ key[box]];
    }
    left = right;
    right = mixed;
  }
  block.set([right, left]);
}

// IP, and backwards FP: bits that the halves swap.
const SWAPS = [
  [0, 4, 0x0f0f0f0f],
  [0, 16, 0x0000ffff],
  [1, 2, 0x33333333],
  [1, 8, 0x00ff00ff],
  [0, 1, 0x55555555],
];

function permute(block, swaps) {
  for (const [from, apart, mask] of swaps) {
    const changed = ((block[from] >>> apart) ^ block[1 - from]) & mask;
    block[1 - from] ^= changed;
    block[from] ^= changed << apart;
  }
}

/** The plaintext, its padding included; `key` has 24 bytes, `iv` eight. */
export function decipher(data, key, iv) {
  const [first, second, third] = [0, 8, 16].map((at) => roundKeys(key.subarray(at, at + 8)));
  const schedule = [third.reverse(), second, first.reverse()];
  const plain = data.slice();
  const view = new DataView(plain.buffer);
  for (let at = 0; at < data.length; at += 8) {
    const block = Int32Array.of(view.getInt32(at), view.getInt32(at + 4));
    permute(block, SWAPS);
    for (const keys of schedule) rounds(block, keys);
    permute(block, [...SWAPS].reverse());
    view.setInt32(at, block[0]);
    view.setInt32(at + 4, block[1]);
    for (let byte = 0; byte < 8; byte++) plain[at + byte] ^= at ? data[at + byte - 8] : iv[byte];
  }
  return plain;
}
