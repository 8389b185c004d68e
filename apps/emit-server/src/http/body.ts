import type { IncomingMessage } from "node:http";
import { createGunzip } from "node:zlib";
import { HTTPException } from "hono/http-exception";
import { UserError } from "@paios/shared/errors";

const mebibyte = 1024 * 1024;
const sentBytes = 8 * mebibyte;
const unpackedBytes = 32 * mebibyte;
/** A body beyond this is counted as the largest at once, so that many of them do not starve each other half-way. */
const smallBytes = 2 * mebibyte;
/** What all requests hold together: two large ones and many small; the next one is asked to come again. */
const heldBytes = 2 * unpackedBytes + 16 * mebibyte;

const discardedBytes = 128 * mebibyte;
const discardMs = 1_000;

/** How many bytes of bodies are held in memory now, or set apart for them. */
export interface BodyBudget {
  held: number;
}

/**
 * Reads and unpacks a request's body, at most 8 MiB sent and 32 MiB unpacked, stopping at the limit, and hands it to
 * `work`. Throws 413, 415, 503, or 400 for damaged gzip.
 */
export async function readBody<T>(incoming: IncomingMessage, budget: BodyBudget, work: (body: Buffer) => T): Promise<T> {
  const encoding = incoming.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") throw new HTTPException(415, { message: "The content encoding must be gzip or none." });
  if (Number(incoming.headers["content-length"] ?? 0) > sentBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  try {
    await receive(incoming, encoding === "gzip", (part) => {
      budget.held += setApart(size + part.length) - setApart(size);
      size += part.length;
      if (size > unpackedBytes) throw tooLarge();
      if (budget.held > heldBytes) throw new UserError("unavailable", "Too much is being sent at once. Send it again in a second.");
      parts.push(part);
    });
    // What was joined may go at once.
    return work(Buffer.concat(parts.splice(0)));
  } finally {
    budget.held -= setApart(size);
  }
}

/** Throws away what was not read: a connection closed before would be reset, and the sender would not see its answer. */
export function discardRest(incoming: IncomingMessage): Promise<void> {
  if (incoming.readableEnded || incoming.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let size = 0;
    const count = (part: Buffer) => {
      size += part.length;
      if (size > discardedBytes) done();
    };
    const done = () => {
      clearTimeout(timer);
      incoming.off("data", count).off("end", done).off("close", done);
      resolve();
    };
    const timer = setTimeout(done, discardMs);
    incoming.on("data", count).on("end", done).on("close", done).resume();
  });
}

function setApart(size: number): number {
  return size > smallBytes ? Math.max(size, unpackedBytes) : size;
}

/** Calls `keep` for each unpacked part, and stops at what it throws. */
function receive(incoming: IncomingMessage, packed: boolean, keep: (part: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const gunzip = packed ? createGunzip({ chunkSize: 64 * 1024 }) : undefined;
    let sent = 0;
    const stop = (error?: unknown) => {
      incoming.off("data", onData).off("end", onEnd).off("close", onClose);
      gunzip?.removeAllListeners().on("error", () => {});
      gunzip?.destroy();
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error("The body could not be read"));
    };
    const guarded = (part: Buffer) => {
      try {
        keep(part);
      } catch (error) {
        stop(error);
      }
    };
    const onData = (part: Buffer) => {
      sent += part.length;
      if (sent > sentBytes) return stop(tooLarge());
      if (!gunzip) return guarded(part);
      if (!gunzip.write(part)) incoming.pause();
    };
    const onEnd = () => {
      incoming.off("close", onClose);
      if (gunzip) gunzip.end();
      else stop();
    };
    const onClose = () => stop(new UserError("bad_input", "The body ended before it was complete."));
    gunzip?.on("drain", () => incoming.resume());
    gunzip?.on("data", guarded);
    gunzip?.on("end", () => stop());
    gunzip?.on("error", () => stop(new UserError("bad_input", "The gzip body is damaged or cut off. Send it again.")));
    incoming.on("data", onData).on("end", onEnd).on("close", onClose);
    // Its reason is told by "close".
    incoming.on("error", () => {});
  });
}

function tooLarge(): UserError {
  return new UserError("too_large", `A body may have ${sentBytes / mebibyte} MiB, and ${unpackedBytes / mebibyte} MiB unpacked. Send it in smaller requests.`);
}
