/** What a CLI wrote, before anything is known of it. */
export type Raw = Record<string, unknown>;

export function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function object(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

/** Undefined for what is no JSON object. */
export function parseObject(text: string): Raw | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
  } catch {
    return undefined;
  }
}
