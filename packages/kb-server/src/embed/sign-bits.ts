/** Three words at a time: a carry-save adder makes two of them, which are then counted in halves, quarters and bytes. */
export function differingBits(bits: Uint32Array, at: number, query: Uint32Array): number {
  const words = query.length;
  let sum = 0;
  for (let word = 0; word < words; word += 3) {
    const a = (bits[at + word] ?? 0) ^ (query[word] ?? 0);
    const b = word + 1 < words ? (bits[at + word + 1] ?? 0) ^ (query[word + 1] ?? 0) : 0;
    const c = word + 2 < words ? (bits[at + word + 2] ?? 0) ^ (query[word + 2] ?? 0) : 0;
    const either = a ^ b;
    const nibbles = countNibbles(either ^ c) + 2 * countNibbles((a & b) | (either & c));
    sum += Math.imul((nibbles & 0x0f0f_0f0f) + ((nibbles >>> 4) & 0x0f0f_0f0f), 0x0101_0101) >>> 24;
  }
  return sum;
}

/** How many bits each four bits have. */
function countNibbles(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  return (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
}

/** For each byte of signs and each value it may have, the sum of the question's numbers whose bits are set. */
export function sumsByByte(query: Float32Array, words: number): Float32Array {
  const sums = new Float32Array(words * 4 * 256);
  for (let byte = 0; byte < words * 4; byte++) {
    for (let value = 1; value < 256; value++) {
      const rest = value & (value - 1);
      sums[byte * 256 + value] = (sums[byte * 256 + rest] ?? 0) + (query[byte * 8 + 31 - Math.clz32(value ^ rest)] ?? 0);
    }
  }
  return sums;
}

export function sumOfBits(bits: Uint32Array, at: number, words: number, sums: Float32Array): number {
  let sum = 0;
  for (let word = 0, table = 0; word < words; word++, table += 1_024) {
    const set = bits[at + word] ?? 0;
    sum += (sums[table + (set & 255)] ?? 0) + (sums[table + 256 + ((set >>> 8) & 255)] ?? 0);
    sum += (sums[table + 512 + ((set >>> 16) & 255)] ?? 0) + (sums[table + 768 + (set >>> 24)] ?? 0);
  }
  return sum;
}

/** The distance within which at least `count` were seen. */
export function nthDistance(histogram: Uint32Array, count: number): number {
  let seen = 0;
  for (const [distance, number] of histogram.entries()) {
    seen += number;
    if (seen >= count) return distance;
  }
  return histogram.length;
}

export function pack(vector: Float32Array, into: Uint32Array, at: number): void {
  for (let i = 0; i < vector.length; i++) {
    if ((vector[i] ?? 0) > 0) into[at + (i >> 5)] = (into[at + (i >> 5)] ?? 0) | (1 << (i & 31));
  }
}

export function wordsPer(dimension: number): number {
  return Math.ceil(dimension / 32);
}
