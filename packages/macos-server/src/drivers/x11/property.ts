import type { Property } from "x11";
import type { Connection } from "./connection.ts";

const known = new WeakMap<Connection, Map<string, Promise<number>>>();
const anyType = 0;
const maxWords = 16_384;

/** A window's property by name; undefined when it has none, or is gone. */
export async function property(connection: Connection, window: number, name: string): Promise<Property | undefined> {
  const atom = await atomOf(connection, name);
  try {
    const found = await connection.ask<Property>((client, reply) => client.GetProperty(0, window, atom, anyType, 0, maxWords, reply));
    return found.type === 0 ? undefined : found;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** A property of numbers: ids, atoms, sizes. */
export async function numbers(connection: Connection, window: number, name: string): Promise<number[] | undefined> {
  const found = await property(connection, window, name);
  if (found?.format !== 32) return undefined;
  return Array.from({ length: found.data.length >> 2 }, (_, at) => found.data.readUInt32LE(at * 4));
}

/** Atoms never change while a connection lasts. */
export function atomOf(connection: Connection, name: string): Promise<number> {
  let atoms = known.get(connection);
  if (!atoms) known.set(connection, (atoms = new Map()));
  let atom = atoms.get(name);
  if (!atom) atoms.set(name, (atom = connection.ask<number>((client, reply) => client.InternAtom(false, name, reply))));
  return atom;
}

/** An X error that says that the window or drawable does not exist (any more). */
export function isGone(error: unknown): boolean {
  return error instanceof Error && (error.message === "Bad window" || error.message === "Bad drawable");
}
