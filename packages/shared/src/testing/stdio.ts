import { spawn } from "node:child_process";

/** How a server is registered: the heap stays small without a cost in time. */
export const heapFlags = ["--max-semi-space-size=8", "--max-old-space-size=128"];

/** A server to be driven: its built entry (or a `.ts` file), what that needs to be told, and its whole environment. */
export interface ServerUnderTest {
  entry: string;
  args?: readonly string[];
  env: Record<string, string>;
}

export interface Answer {
  id: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

export interface StdioServer {
  pid: number;
  /** Sends a JSON-RPC request; ids are counted. Rejects when no answer comes within 10 s or the server ends. */
  request: (method: string, params?: unknown) => Promise<Answer>;
  /** Writes a line as it is; resolves when the pipe can take more. */
  write: (line: string | Uint8Array) => Promise<void>;
  closeInput: () => void;
  kill: (signal: NodeJS.Signals) => void;
  /** Resolves when the process is gone and all its output was read. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  stderr: () => string;
}

const answerMs = 10_000;
const keptStderrChars = 20_000;
const lineEnd = Buffer.from("\n");

/** Starts a server as a CLI would, and hands every line of its stdout to `onLine`. */
export function startStdio({ entry, args = [], env }: ServerUnderTest, onLine: (line: string) => void = () => {}): StdioServer {
  const child = spawn(process.execPath, [...heapFlags, entry, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  const waiting = new Map<unknown, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let stderr = "";
  let lastId = 0;
  let gone = false;
  let whenDrained: (() => void)[] = [];

  eachLine(child.stdout, (line) => {
    onLine(line);
    const answer = parseAnswer(line);
    if (!answer) return;
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  child.stderr.on("data", (part: Buffer) => {
    stderr = (stderr + part.toString("utf8")).slice(-keptStderrChars);
  });
  // Writing to a server that has ended shows in `ended`.
  child.stdin.on("error", () => {});
  const drained = () => {
    for (const resolve of whenDrained) resolve();
    whenDrained = [];
  };
  child.stdin.on("drain", drained).on("close", drained);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      gone = true;
      for (const { reject } of waiting.values()) reject(new Error(`The server ended before it answered. Its standard error: ${stderr || "(empty)"}`));
      waiting.clear();
      resolve({ code, signal });
    });
  });

  const write = (line: string | Uint8Array) =>
    new Promise<void>((resolve) => {
      const bytes = Buffer.concat([Buffer.from(line as Uint8Array), lineEnd]);
      if (gone || child.stdin.write(bytes)) resolve();
      else whenDrained.push(resolve);
    });

  return {
    pid: child.pid ?? 0,
    request: (method, params) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(new Error(`The server has ended. Its standard error: ${stderr || "(empty)"}`));
        const id = `test-${++lastId}`;
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new Error(`The server did not answer ${method} within ${answerMs / 1000} s`));
        }, answerMs);
        const settle = <T>(then: (value: T) => void) => (value: T) => {
          clearTimeout(timer);
          then(value);
        };
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        void write(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      }),
    write,
    closeInput: () => child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    ended,
    stderr: () => stderr,
  };
}

/** The parameters of an `initialize` request; `protocolVersion` as Codex sends it. */
export function initializeParams(protocolVersion = "2025-06-18"): object {
  return { protocolVersion, capabilities: {}, clientInfo: { name: "paios-test", version: "1" } };
}

function eachLine(output: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  output.setEncoding("utf8");
  output.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  output.on("end", () => {
    if (rest !== "") take(rest);
  });
}

function parseAnswer(line: string): Answer | undefined {
  try {
    const message = JSON.parse(line) as Answer | null;
    return message && ("result" in message || "error" in message) ? message : undefined;
  } catch {
    return undefined;
  }
}
