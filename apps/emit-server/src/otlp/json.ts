import { UserError } from "@paios/shared/errors";
import type { Field, Message, Scalar } from "./messages.ts";

/** Takes the fields `message` names out of parsed OTLP/JSON. Throws `UserError("bad_input")`, which names the field. */
export function decodeJson(message: Message, value: unknown): unknown {
  return readMessage(message, value, "The body");
}

function readMessage(message: Message, value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) wrong(name, "an object");
  const given = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(message)) {
    const found = given[key];
    if (found === undefined || found === null) continue;
    if (!field.many) result[key] = readValue(field, found, key);
    else if (Array.isArray(found)) result[key] = found.map((each) => readValue(field, each, key));
    else wrong(key, "a list");
  }
  return result;
}

function readValue({ type }: Field, value: unknown, name: string): unknown {
  return typeof type === "string" ? scalars[type](value, name) : readMessage(type(), value, name);
}

const scalars: Record<Scalar, (value: unknown, name: string) => unknown> = {
  string: (value, name) => (typeof value === "string" ? value : wrong(name, "a string")),
  id: (value, name) => (typeof value === "string" && /^[0-9a-fA-F]*$/.test(value) ? value.toLowerCase() : wrong(name, "hex digits")),
  bool: (value, name) => (typeof value === "boolean" ? value : wrong(name, "true or false")),
  nanos: wholeNumber,
  integer: (value, name) => Number(wholeNumber(value, name)),
  count: (value, name) => Number(wholeNumber(value, name)),
  signed: (value, name) => Number(wholeNumber(value, name)),
  // NaN and infinities are strings in protobuf's JSON.
  double: (value, name) => (typeof value === "number" || typeof value === "string" ? Number(value) : wrong(name, "a number")),
};

/** 64-bit numbers are strings in protobuf's JSON, and numbers at those who are careless. */
function wholeNumber(value: unknown, name: string): bigint {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  return wrong(name, "a whole number");
}

function wrong(name: string, expected: string): never {
  throw new UserError("bad_input", `${name} must be ${expected}, as in OTLP's JSON. Check what sends this.`);
}
