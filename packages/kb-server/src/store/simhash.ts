const shingleTerms = 5;
/** Too little text says nothing about likeness. */
const minTerms = 40;
/** Texts that differ in at most this many of 64 bits are near-duplicates. */
export const nearBits = 3;

/** SimHash over the 5-term shingles of a text: 8 bytes, or undefined for a short one. */
export function simhash(terms: readonly string[]): Uint8Array | undefined {
  if (terms.length < minTerms) return undefined;
  const hashes = terms.map(hashTerm);
  const votes = new Int32Array(64);
  for (let at = 0; at + shingleTerms <= hashes.length; at++) {
    let low = 0x9e37_79b9;
    let high = 0x85eb_ca6b;
    for (let i = at; i < at + shingleTerms; i++) {
      const hash = hashes[i] ?? 0;
      low = Math.imul(low ^ hash, 0x01_00_01_93);
      high = Math.imul((high ^ hash) + 0x7f4a_7c15, 0x2c1b_3c6d);
      high ^= high >>> 15;
    }
    low = mix(low);
    high = mix(high);
    for (let bit = 0; bit < 32; bit++) {
      votes[bit] = (votes[bit] ?? 0) + ((low >>> bit) & 1) * 2 - 1;
      votes[bit + 32] = (votes[bit + 32] ?? 0) + ((high >>> bit) & 1) * 2 - 1;
    }
  }
  const bytes = new Uint8Array(8);
  for (const [bit, vote] of votes.entries()) if (vote > 0) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
  return bytes;
}

/** Four keys of 16 bits each: two hashes within 3 bits share at least one. */
export function nearKeys(hash: Uint8Array): number[] {
  return [0, 1, 2, 3].map((band) => band * 65_536 + (hash[band * 2] ?? 0) * 256 + (hash[band * 2 + 1] ?? 0));
}

export function differingBits(a: Uint8Array, b: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < 8; i++) {
    for (let difference = (a[i] ?? 0) ^ (b[i] ?? 0); difference; difference &= difference - 1) bits++;
  }
  return bits;
}

function hashTerm(term: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01_00_01_93);
  return hash;
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85_eb_ca_6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
