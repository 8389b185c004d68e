import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { errorCode, UserError } from "@paios/shared/errors";
import { reducePrices } from "./reduce.ts";
import { doubt, isTable } from "./shape.ts";
import { openPrices, refreshedPath } from "./table.ts";

export interface Refreshed {
  models: number;
  date: string;
  /** Models that cost something else than before, or had no price. */
  changed: number;
}

const limitMs = 20_000;
const maxBytes = 16 * 1024 * 1024;
const maxRedirects = 5;

/** Reads a price list from a file or an http(s) address, and keeps what our clients use in `<home>/prices.json`. */
export async function refreshPrices(home: string, from: string, { signal, milliseconds = limitMs }: { signal?: AbortSignal; milliseconds?: number } = {}): Promise<Refreshed> {
  const limit = AbortSignal.timeout(milliseconds);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  const text = await (/^https?:\/\//i.test(from) ? readAddress(from, either) : readPath(from, either)).catch((error: unknown) => {
    if (limit.aborted && !signal?.aborted) throw new UserError("timed_out", `The price list did not arrive within ${milliseconds / 1_000} s. Try again, or give a file.`);
    throw error;
  });
  const table = reducePrices(parse(text), new Date().toISOString().slice(0, 10));
  const why = doubt(table);
  if (why !== undefined || !isTable(table)) throw new UserError("bad_input", `The price list ${why ?? "is not well formed"}. Nothing was changed; give another.`);
  const before = openPrices({ home, overrides: {} });
  await write(home, `${JSON.stringify(table)}\n`);
  const after = openPrices({ home, overrides: {} });
  const names = Object.keys(table.models);
  const changed = names.filter((name) => JSON.stringify(before.lookup(name)) !== JSON.stringify(after.lookup(name))).length;
  return { models: names.length, date: table.date, changed };
}

async function readPath(path: string, signal: AbortSignal): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new UserError("bad_input", "That path is not a file. Give the file of a price list, or an http(s) address.");
    if (found.size > maxBytes) throw tooLarge();
    return await readFile(path, { encoding: "utf8", signal });
  } catch (error) {
    const code = errorCode(error);
    if (error instanceof UserError || signal.aborted) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") throw new UserError("not_found", "There is no such file. Give the file of a price list, or an http(s) address.");
    throw new UserError("unavailable", `The file cannot be read (${code || "unknown reason"}). Check its permissions.`);
  }
}

async function readAddress(from: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await follow(from, signal);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  } catch (error) {
    if (error instanceof UserError || signal.aborted) throw error;
    throw new UserError("unavailable", "The price list's address cannot be reached. Check the address and the network, or give a file.");
  }
}

/** A list asked for over https must not arrive over http, nor from anywhere but the web. */
async function follow(from: string, signal: AbortSignal): Promise<Response> {
  let url = new URL(from);
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await fetch(url, { signal, redirect: "manual" });
    if (response.ok) return response;
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || !location) throw new UserError("unavailable", `The price list's address answered ${response.status}. Check the address.`);
    const next = new URL(location, url);
    if (next.protocol !== url.protocol) throw new UserError("refused", "The price list's address redirects to another kind of address. Give the final address.");
    url = next;
  }
  throw new UserError("unavailable", "The price list's address redirects too often. Give the final address.");
}

function tooLarge(): UserError {
  return new UserError("too_large", "The price list is larger than 16 MB. Give another.");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new UserError("bad_input", "The price list is not JSON. Give LiteLLM's model prices, models.dev's api.json, or a prices.json of PAIOS.");
  }
}

async function write(home: string, text: string): Promise<void> {
  const path = refreshedPath(home);
  const part = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    const file = await open(part, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw new UserError("storage", `The prices cannot be written (${errorCode(error) || "unknown reason"}). Check the space and the permissions of the home.`);
  }
}
