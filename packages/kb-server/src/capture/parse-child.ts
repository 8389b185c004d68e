import { Worker } from "node:worker_threads";
import { decode } from "./charset.ts";
import type { ChildAnswer, ChildRequest } from "./parse.ts";

// The program that opens foreign documents: one JSON line and the bytes on stdin, one JSON value on stdout.
// What it may use up is limited from outside (heap, time) and by its own watchdog (memory, a parent that is gone).
await main();

async function main(): Promise<void> {
  for (const name of ["log", "info", "warn", "debug"] as const) console[name] = () => {};
  const input = await readStdin();
  const lineEnd = input.indexOf(10);
  const request = JSON.parse(input.subarray(0, lineEnd).toString("utf8")) as ChildRequest;
  watch(request);
  const answer = await parse(request, new Uint8Array(input.buffer, input.byteOffset + lineEnd + 1, input.length - lineEnd - 1));
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
}

async function parse(request: ChildRequest, bytes: Uint8Array): Promise<ChildAnswer> {
  const { maxChars } = request;
  try {
    const { title, text } = await parseKind(request, bytes);
    return { title: title.slice(0, 2_000), text: text.slice(0, maxChars), cut: text.length > maxChars };
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    return { failed: name === "PasswordException" ? "password" : "damaged" };
  }
}

async function parseKind(request: ChildRequest, bytes: Uint8Array) {
  const { kind, charset = "utf-8", maxChars, url } = request;
  if (kind === "html") return (await import("./parse-html.ts")).parsePage(decode(bytes, charset), maxChars, url);
  // A copy: the library takes the buffer away.
  if (kind === "pdf") return (await import("./parse-pdf.ts")).parsePdf(bytes.slice(), maxChars);
  return (await import("./parse-docx.ts")).parseDocx(bytes, maxChars);
}

/** The heap limit does not count buffers, and a busy parser runs no timer: a thread of its own looks on. */
function watch({ memoryBytes, timeoutMs }: ChildRequest): void {
  const source = `
    const { workerData } = require("node:worker_threads");
    const end = Date.now() + workerData.timeoutMs;
    setInterval(() => {
      if (process.memoryUsage.rss() > workerData.memoryBytes || Date.now() > end || process.ppid !== workerData.parent) process.kill(process.pid, "SIGKILL");
    }, 100);`;
  const worker = new Worker(source, { eval: true, workerData: { memoryBytes, timeoutMs, parent: process.ppid } });
  worker.unref();
}

async function readStdin(): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
