import { UserError } from "@paios/shared/errors";
import { maxDepth, maxParts, tooDeep, tooManyParts } from "../limits.ts";
import type { Field, Message, Scalar } from "./messages.ts";

interface Reader {
  bytes: Buffer;
  at: number;
  parts: number;
}

type NamedField = Field & { name: string };

const wireTypes: Record<Scalar, number> = { string: 2, id: 2, bool: 0, integer: 0, double: 1, nanos: 1, count: 1, signed: 1 };

/** Reads a protobuf message: the fields `message` names, the rest skipped. Throws `UserError("bad_input")` on garbage. */
export function decodeProtobuf(message: Message, bytes: Buffer): unknown {
  return readMessage({ bytes, at: 0, parts: 0 }, message, bytes.length, 0);
}

function readMessage(reader: Reader, message: Message, end: number, depth: number): Record<string, unknown> {
  if (depth > maxDepth) throw tooDeep();
  if (++reader.parts > maxParts) throw tooManyParts();
  const fields = fieldsByNumber(message);
  const result: Record<string, unknown> = {};
  while (reader.at < end) {
    const tag = readLength(reader, end);
    const field = fields.get(tag >>> 3);
    if (tag >>> 3 === 0) throw garbage();
    if (!field) {
      skip(reader, tag & 7, end);
      continue;
    }
    if ((tag & 7) !== (typeof field.type === "string" ? wireTypes[field.type] : 2)) throw garbage();
    const value = typeof field.type === "string" ? scalars[field.type](reader, end) : readMessage(reader, field.type(), blockEnd(reader, end), depth + 1);
    if (!field.many) result[field.name] = value;
    else append(result, field.name, value);
  }
  return result;
}

function append(result: Record<string, unknown>, name: string, value: unknown): void {
  const list = result[name];
  if (Array.isArray(list)) list.push(value);
  else result[name] = [value];
}

const scalars: Record<Scalar, (reader: Reader, end: number) => unknown> = {
  string: (reader, end) => readBytes(reader, end, "utf8"),
  id: (reader, end) => readBytes(reader, end, "hex"),
  bool: (reader, end) => readVarint(reader, end) !== 0n,
  integer: (reader, end) => Number(BigInt.asIntN(64, readVarint(reader, end))),
  double: (reader, end) => reader.bytes.readDoubleLE(advance(reader, 8, end)),
  nanos: (reader, end) => reader.bytes.readBigUInt64LE(advance(reader, 8, end)),
  count: (reader, end) => Number(reader.bytes.readBigUInt64LE(advance(reader, 8, end))),
  signed: (reader, end) => Number(reader.bytes.readBigInt64LE(advance(reader, 8, end))),
};

function readBytes(reader: Reader, end: number, encoding: "utf8" | "hex"): string {
  const stop = blockEnd(reader, end);
  const from = reader.at;
  reader.at = stop;
  return reader.bytes.toString(encoding, from, stop);
}

function skip(reader: Reader, wireType: number, end: number): void {
  if (wireType === 0) readVarint(reader, end);
  else if (wireType === 1) advance(reader, 8, end);
  else if (wireType === 2) reader.at = blockEnd(reader, end);
  else if (wireType === 5) advance(reader, 4, end);
  else throw garbage();
}

/** Reads a length and returns where the block that follows ends. */
function blockEnd(reader: Reader, end: number): number {
  const length = readLength(reader, end);
  if (length > end - reader.at) throw garbage();
  return reader.at + length;
}

/** A tag or length: at most 32 bits. */
function readLength(reader: Reader, end: number): number {
  const first = reader.bytes[reader.at];
  if (first !== undefined && first < 128 && reader.at < end) {
    reader.at++;
    return first;
  }
  const value = readVarint(reader, end);
  if (value > 0xffff_ffffn) throw garbage();
  return Number(value);
}

function readVarint(reader: Reader, end: number): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.at < end ? reader.bytes[reader.at++] : undefined;
    if (byte === undefined) throw garbage();
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return value;
  }
  throw garbage();
}

function advance(reader: Reader, bytes: number, end: number): number {
  const from = reader.at;
  if (end - from < bytes) throw garbage();
  reader.at = from + bytes;
  return from;
}

const known = new WeakMap<Message, Map<number, NamedField>>();

function fieldsByNumber(message: Message): Map<number, NamedField> {
  let fields = known.get(message);
  if (!fields) known.set(message, (fields = new Map(Object.entries(message).map(([name, field]) => [field.number, { ...field, name }]))));
  return fields;
}

function garbage(): UserError {
  return new UserError("bad_input", "The body is not an OTLP message in protobuf. Check the exporter's protocol, or send JSON as application/json.");
}
