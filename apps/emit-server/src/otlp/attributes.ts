import type { AnyValue, KeyValue } from "./types.ts";

export type Plain = string | number | boolean;

/** Attributes by name, as plain values; lists and objects become JSON text. */
export function plainAttributes(attributes: readonly KeyValue[] = []): Map<string, Plain> {
  const plain = new Map<string, Plain>();
  for (const { key, value } of attributes) {
    const found = value && plainValue(value);
    if (key && found !== undefined) plain.set(key, found);
  }
  return plain;
}

/** A number, also when it was sent as text, as Codex does. */
export function numberOf(value: Plain | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** Cuts text to `chars`, and says so. */
export function cut(value: Plain, chars: number): Plain {
  return typeof value === "string" && value.length > chars ? `${value.slice(0, chars)} …` : value;
}

function plainValue(value: AnyValue): Plain | undefined {
  const scalar = value.stringValue ?? value.boolValue ?? value.intValue ?? value.doubleValue;
  if (scalar !== undefined || (!value.arrayValue && !value.kvlistValue)) return scalar;
  return JSON.stringify(nested(value));
}

function nested(value: AnyValue | undefined): unknown {
  if (value?.arrayValue) return (value.arrayValue.values ?? []).map(nested);
  if (value?.kvlistValue) return Object.fromEntries((value.kvlistValue.values ?? []).map((entry) => [entry.key ?? "", nested(entry.value)]));
  return value?.stringValue ?? value?.boolValue ?? value?.intValue ?? value?.doubleValue ?? null;
}
