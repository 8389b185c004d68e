/** A protobuf message by hand: each field a number with text, bytes, a nested message, a varint or eight bytes. */
export type Part = readonly [number: number, value: string | Buffer | number | boolean | { fixed: bigint } | { double: number }];

export function encode(...parts: readonly Part[]): Buffer {
  return Buffer.concat(parts.map(([number, value]) => {
    if (typeof value === "number" || typeof value === "boolean") return Buffer.concat([varint(number * 8), varint(Number(value))]);
    if (typeof value === "string" || Buffer.isBuffer(value)) {
      const bytes = Buffer.from(value);
      return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
    }
    const eight = Buffer.alloc(8);
    if ("fixed" in value) eight.writeBigUInt64LE(value.fixed);
    else eight.writeDoubleLE(value.double);
    return Buffer.concat([varint(number * 8 + 1), eight]);
  }));
}

/** An attribute whose value is text. */
export function attribute(key: string, value: string): Buffer {
  return encode([1, key], [2, encode([1, value])]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
