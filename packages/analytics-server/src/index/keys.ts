/**
 * A map from texts to small numbers that keeps 64 bits of each text's hash and nothing else: 12 bytes an entry, so that
 * a million rows seen take 20 MB. Two texts among a million share a hash with a probability of 3 in 100 million.
 */
export interface Keys {
  /** The value of a text, or undefined. */
  find: (text: string) => number | undefined;
  /** Gives a value to the text that was looked for last. */
  put: (value: number) => void;
  /** Entries since the last call, 12 bytes each, to be stored. */
  fresh: () => Uint8Array;
  /** Entries that `fresh` returned once. */
  load: (entries: Uint8Array) => void;
}

/** Three words an entry, signed as the engine's small numbers are: two halves of the hash, and the value. A lower half of 0 is an empty place. */
interface Shard {
  words: Int32Array;
  used: number;
}

const shardCount = 64;
const firstPlaces = 128;
const fullest = 0.75;

/** In shards, which grow one at a time: never is there a second copy of all. */
export function createKeys(): Keys {
  const shards = Array.from({ length: shardCount }, (): Shard => ({ words: new Int32Array(firstPlaces * 3), used: 0 }));
  let added = new Int32Array(3 * 1_024);
  let addedLength = 0;
  let high = 0;
  let low = 0;

  const hash = (text: string) => {
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ (code + (b >>> 15)), 0x85ebca6b);
    }
    a ^= b >>> 13;
    high = Math.imul(a ^ (a >>> 16), 0xc2b2ae35);
    low = Math.imul(b ^ (b >>> 16), 0x27d4eb2f) ^ (a << 7) || 1;
  };
  const place = (words: Int32Array) => {
    const places = words.length / 3;
    let at = ((high ^ (low >>> 6)) & (places - 1)) * 3;
    while (words[at + 1] !== 0 && (words[at + 1] !== low || words[at] !== high)) at = at + 3 === words.length ? 0 : at + 3;
    return at;
  };
  const shard = () => shards[low & (shardCount - 1)] as Shard;
  const store = (value: number) => {
    const into = shard();
    if (into.used + 1 > (into.words.length / 3) * fullest) grow(into);
    const at = place(into.words);
    if (into.words[at + 1] === 0) into.used++;
    into.words[at] = high;
    into.words[at + 1] = low;
    into.words[at + 2] = value;
  };
  const grow = (into: Shard) => {
    const old = into.words;
    const [keptHigh, keptLow] = [high, low];
    into.words = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += 3) {
      if (old[from + 1] === 0) continue;
      high = old[from] as number;
      low = old[from + 1] as number;
      const at = place(into.words);
      into.words[at] = high;
      into.words[at + 1] = low;
      into.words[at + 2] = old[from + 2] as number;
    }
    [high, low] = [keptHigh, keptLow];
  };

  return {
    find: (text) => {
      hash(text);
      const { words } = shard();
      const at = place(words);
      return words[at + 1] === 0 ? undefined : words[at + 2];
    },
    put: (value) => {
      store(value);
      if (addedLength === added.length) {
        const larger = new Int32Array(added.length * 2);
        larger.set(added);
        added = larger;
      }
      added[addedLength] = high;
      added[addedLength + 1] = low;
      added[addedLength + 2] = value;
      addedLength += 3;
    },
    fresh: () => {
      const entries = new Uint8Array(added.slice(0, addedLength).buffer);
      addedLength = 0;
      return entries;
    },
    load: (entries) => {
      const words = new Int32Array(entries.buffer.slice(entries.byteOffset, entries.byteOffset + entries.byteLength));
      for (let at = 0; at + 2 < words.length; at += 3) {
        high = words[at] as number;
        low = words[at + 1] as number;
        store(words[at + 2] as number);
      }
    },
  };
}
