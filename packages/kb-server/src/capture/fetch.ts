import { lookup as systemLookup } from "node:dns";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { errorCode, UserError } from "@paios/shared/errors";
import { isAllowedAddress } from "./address.ts";

export interface FetchOptions {
  allowPrivateAddresses: boolean;
  /** Limit on the body, as sent and as decoded. */
  maxBytes: number;
  /** For everything together: names, redirects, body. */
  timeoutMs: number;
  maxRedirects: number;
  signal: AbortSignal;
  progress?: ((done: number, total: number | undefined) => void) | undefined;
  /** How names become addresses; its answers are checked like any other's. */
  lookup?: LookupFunction | undefined;
}

export interface Fetched {
  /** Where the last redirect led. */
  url: URL;
  contentType: string;
  bytes: Buffer;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const decoders: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
  gzip: createGunzip, "x-gzip": createGunzip, deflate: createInflate, br: createBrotliDecompress,
};

/**
 * Gets an http(s) URL without letting it reach this machine's own network: every address is checked, and the checked
 * one is connected to, at every redirect. Throws `UserError` for what is refused, too large, too slow or not there.
 */
export async function fetchGuarded(target: string | URL, options: FetchOptions): Promise<Fetched> {
  const late = AbortSignal.timeout(options.timeoutMs);
  const limited = { ...options, signal: AbortSignal.any([options.signal, late]) };
  try {
    return await followRedirects(checkedUrl(String(target)), limited);
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    if (late.aborted) throw new UserError("timed_out", `The address took longer than ${options.timeoutMs / 1000} s to answer. Try again later, or raise kb.capture.timeoutMs in paios.json.`);
    throw error instanceof UserError ? error : unreachable(error);
  }
}

/** A URL that may be asked for: http or https, no user name or password in it. */
function checkedUrl(target: string, base?: URL): URL {
  const url = URL.parse(target, base?.href);
  if (!url) throw new UserError("bad_input", "This is not a web address. Give one that starts with http:// or https://.");
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new UserError("refused", "Only http and https addresses are fetched.");
  if (url.username || url.password) throw new UserError("refused", "The address holds a user name or a password. Give it without them.");
  url.hash = "";
  return url;
}

async function followRedirects(first: URL, options: FetchOptions): Promise<Fetched> {
  let url = first;
  for (let hops = 0; hops <= options.maxRedirects; hops++) {
    const response = await request(url, options);
    const { location } = response.headers;
    if (location === undefined || !redirectStatuses.has(response.statusCode ?? 0)) {
      return { url, contentType: response.headers["content-type"] ?? "", bytes: await body(response, options) };
    }
    response.destroy();
    url = checkedUrl(location, url);
  }
  throw new UserError("refused", `The address redirects more than ${options.maxRedirects} times. Give the final address.`);
}

function request(url: URL, options: FetchOptions): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // Node connects to a literal address without a lookup.
  if (isIP(host) && !isAllowedAddress(host, options.allowPrivateAddresses)) return Promise.reject(privateAddress());
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === "https:" ? https : http).request(url, {
      // An agent of its own: no connection is shared, no proxy of the environment is used.
      agent: false,
      lookup: guardedLookup(options),
      signal: options.signal,
      headers: { "User-Agent": "paios-kb", Accept: "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br" },
    });
    sent.on("response", resolve);
    sent.on("error", reject);
    sent.end();
  });
}

/** Resolves a name and hands on its addresses only when every one of them may be connected to. */
export function guardedLookup({ lookup = systemLookup, allowPrivateAddresses }: Pick<FetchOptions, "lookup" | "allowPrivateAddresses">): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    lookup(hostname, { ...lookupOptions, all: true }, (error, found) => {
      const addresses = typeof found === "string" ? [{ address: found, family: isIP(found) }] : (found ?? []);
      const [first] = addresses;
      if (error) callback(error, "");
      else if (!first || !addresses.every(({ address }) => isAllowedAddress(address, allowPrivateAddresses))) callback(privateAddress(), "");
      else if (lookupOptions.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

async function body(response: IncomingMessage, options: FetchOptions): Promise<Buffer> {
  const status = response.statusCode ?? 0;
  const length = Number(response.headers["content-length"]);
  try {
    if (status < 200 || status > 299) throw refusedByServer(status);
    if (length > options.maxBytes) throw tooLarge(options);
    let stream: Readable = response;
    for (const encoding of (response.headers["content-encoding"] ?? "identity").toLowerCase().split(",").reverse()) {
      const name = encoding.trim();
      if (name === "identity" || name === "") continue;
      const decoder = decoders[name]?.();
      if (!decoder) throw new UserError("unavailable", "The server compressed the page in a way that is not understood.");
      stream.on("error", (error) => decoder.destroy(error));
      stream = stream.pipe(decoder);
    }
    return await collect(stream, response, options);
  } finally {
    response.destroy();
  }
}

async function collect(stream: Readable, response: IncomingMessage, options: FetchOptions): Promise<Buffer> {
  const total = Number(response.headers["content-length"]) || undefined;
  const parts: Buffer[] = [];
  let bytes = 0;
  let sent = 0;
  if (stream !== response) {
    response.on("data", (part: Buffer) => {
      sent += part.length;
      if (sent > options.maxBytes) response.destroy(tooLarge(options));
    });
  }
  for await (const part of stream as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > options.maxBytes) throw tooLarge(options);
    parts.push(part);
    options.progress?.(bytes, stream === response ? total : undefined);
  }
  return Buffer.concat(parts);
}

function privateAddress(): UserError {
  return new UserError("refused", "The address leads into a private network. Set kb.capture.allowPrivateAddresses to true in paios.json if that is what you want.");
}

function tooLarge(options: FetchOptions): UserError {
  return new UserError("too_large", `The address sends more than ${options.maxBytes} bytes. Raise kb.capture.maxBytes in paios.json, or capture a part of it.`);
}

function refusedByServer(status: number): UserError {
  if (status === 404 || status === 410) return new UserError("not_found", `There is nothing at this address (HTTP ${status}). Check it.`);
  if (status === 401 || status === 403) return new UserError("unavailable", `The server does not give this address to everyone (HTTP ${status}). Save the page as a file and capture that.`);
  return new UserError("unavailable", `The server answered HTTP ${status}. Try again later.`);
}

function unreachable(error: unknown): UserError {
  const code = errorCode(error);
  if (code === "ENOTFOUND") return new UserError("not_found", "No machine has the name in this address. Check its spelling and the network.", { cause: error });
  if (code.startsWith("Z_") || code.startsWith("ERR__ERROR_FORMAT") || code.startsWith("ERR_PADDING")) return new UserError("unavailable", "The server's compressed answer is damaged. Try again later.", { cause: error });
  const reason = /^[A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
  return new UserError("unavailable", `The address could not be fetched${reason}. Check it and the network.`, { cause: error });
}
