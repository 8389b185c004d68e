import { requireNode } from "./node-version.ts";
import { Session, type Dispatch, type Send } from "./session.ts";
import type { Backend } from "./backend.ts";
import { paiosHome } from "./home.ts";
import type { ServerModule, ToolListing } from "./tool.ts";

/** What a server is, known at build time: enough to answer a client before anything else is loaded. */
export interface ServerFront {
  /** The prefix of its tools and its service name: "kb". */
  name: string;
  title: string;
  version: string;
  /** What a model reads before it sees any tool (Codex shows it as the namespace's description). */
  instructions: string;
  tools: readonly ToolListing[];
  // oxlint-disable-next-line typescript/no-explicit-any -- each server has a state of its own kind
  load: () => Promise<{ default: ServerModule<any>; backend: Backend }>;
}

/** After the answer to `tools/list` the rest loads in the background, or at the first call if that is earlier. */
const loadDelayMs = 150;
const cacheDelayMs = 1_000;
const stopGraceMs = 500;
/** The longest call we take, escaped, fits; much more does not fit the heap that the registration allows. */
const maxLineChars = 8 * 1024 * 1024;
const idChars = 500;

/**
 * The one door of every server: `main.ts` calls this and nothing else.
 * Owns arguments, transport, signals and shutdown; `Session` owns the protocol, `calls.ts` the tools.
 * Writes nothing but JSON-RPC to stdout.
 */
export function serve(front: ServerFront): void {
  requireNode();
  const [option, value, ...rest] = process.argv.slice(2);
  if (option === "--version") return print(front.version);
  if (option === "--help") return print(help(front));
  if (option === "--http" && value && rest.length === 0) return void serveHttp(front, value).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
  if (option !== undefined) return fail(`Unknown arguments: ${process.argv.slice(2).join(" ")}\n\n${help(front)}`);
  serveStdio(front);
}

function serveStdio(front: ServerFront): void {
  const loading = lazy(() => loadDispatch(front));
  const send: Send = (message) => process.stdout.write(`${message}\n`);
  const session = new Session({ front, dispatch: loading.get, send, onListed: () => setTimeout(warmUp, loadDelayMs).unref() });

  function warmUp(): void {
    // A failure here is answered at the first call.
    loading.get().catch(() => {});
  }

  const stop = stopOnce(async () => {
    // First of all: a client may end us the hard way a moment later.
    (await loading.settled())?.flush();
    await session.close(stopGraceMs);
    await (await loading.settled())?.close();
  });
  readLines(process.stdin, session, stop);
  process.stdout.on("error", stop);
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

async function serveHttp(front: ServerFront, address: string): Promise<void> {
  const loading = lazy(() => loadDispatch(front));
  const { backend } = await front.load();
  const server = await backend.listen(front.name, address, (send) => new Session({ front, dispatch: loading.get, send }));
  process.stderr.write(`${front.name} is listening on ${server.url}\n`);
  const stop = stopOnce(async () => {
    (await loading.settled())?.flush();
    await server.close(stopGraceMs);
    await (await loading.settled())?.close();
  });
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

/** V8's compile cache goes to the home, where only this person writes; a signal would lose it, so it is stored at once. */
async function loadDispatch(front: ServerFront): Promise<Dispatch> {
  const { enableCompileCache, flushCompileCache } = process.getBuiltinModule("node:module");
  enableCompileCache(`${paiosHome()}/cache/node`);
  const { backend, default: server } = await front.load();
  setTimeout(flushCompileCache, cacheDelayMs).unref();
  return backend.openCalls(front, server);
}

function readLines(input: NodeJS.ReadStream, session: Session, stop: () => void): void {
  let buffered = "";
  /** The start of a line that is too long; its id stands near one of its ends. */
  let overlong: string | undefined;
  input.setEncoding("utf8");
  input.on("data", (text: string) => {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      const line = buffered + text.slice(start, end);
      buffered = "";
      start = end + 1;
      if (overlong === undefined) session.receiveLine(line);
      else session.receiveTooLong(overlong, line.slice(-idChars), maxLineChars);
      overlong = undefined;
    }
    buffered += text.slice(start);
    if (buffered.length > maxLineChars || overlong !== undefined) {
      overlong ??= buffered.slice(0, idChars);
      buffered = buffered.slice(-idChars);
    }
  });
  input.on("end", stop);
  input.on("error", stop);
}

/** Finishes within 1 s whatever the calls do; a second signal ends at once. */
function stopOnce(work: () => Promise<void>): () => void {
  let stopping = false;
  return () => {
    if (stopping) process.exit(0);
    stopping = true;
    setTimeout(() => process.exit(0), stopGraceMs + 350);
    work().then(
      () => process.exit(0),
      () => process.exit(0),
    );
  };
}

function lazy<T>(make: () => Promise<T>): { get: () => Promise<T>; settled: () => Promise<T | undefined> } {
  let value: Promise<T> | undefined;
  return {
    get: () => {
      value ??= make().catch((error: unknown) => {
        value = undefined;
        throw error;
      });
      return value;
    },
    settled: async () => value?.catch(() => undefined),
  };
}

function help(front: ServerFront): string {
  return [
    `${front.title}: an MCP server (version ${front.version})`,
    "",
    "  (no arguments)      speak MCP over stdin and stdout",
    "  --http HOST:PORT    speak Streamable HTTP on a loopback address",
    "  --version, --help",
    "",
    "It keeps its data in $PAIOS_HOME (default ~/.openclaw).",
    "Tools:",
    ...front.tools.map((tool) => `  ${tool.name.padEnd(16)} ${tool.description.split(". ")[0]}`),
  ].join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
