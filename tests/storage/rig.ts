import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scratchEnvironment } from "@paios/shared/testing/temporary";
import { type Answer, initializeParams, startStdio, type StdioServer } from "@paios/shared/testing/stdio";
import { faults, openStore } from "../../packages/kb-server/src/store/testing/knowledge.ts";

const repository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const kbEntry = repository("packages/kb-server/dist/main.js");
const cliEntry = repository("apps/cli/dist/main.js");

/** Keyword search only: what is proven here does not depend on what listens on this machine. */
export const configText = JSON.stringify({ kb: { embeddings: { provider: "none" } } });

export type Environment = Record<string, string>;

export interface Outcome {
  /** The structured answer; empty when it is an error. */
  value: Record<string, unknown>;
  /** What the model reads when the tool failed. */
  failure: string | undefined;
}

export interface RunningKb extends Pick<StdioServer, "pid" | "kill" | "ended" | "stderr"> {
  call: (name: string, input: Record<string, unknown>) => Promise<Outcome>;
  /** The answer of a call that must not fail. */
  ok: <T = Record<string, unknown>>(name: string, input: Record<string, unknown>) => Promise<T>;
  ping: () => Promise<boolean>;
  stop: () => Promise<void>;
}

export function environment(folder: string, home = join(folder, "paios")): Environment {
  return scratchEnvironment(folder, { PAIOS_HOME: home });
}

export async function startKb(env: Environment, entry = kbEntry): Promise<RunningKb> {
  const server = startStdio({ entry, env });
  await server.request("initialize", initializeParams());
  const call = async (name: string, input: Record<string, unknown>) => outcome(await server.request("tools/call", { name, arguments: input }));
  return {
    pid: server.pid,
    kill: server.kill,
    ended: server.ended,
    stderr: server.stderr,
    call,
    ok: async <T>(name: string, input: Record<string, unknown>) => {
      const { value, failure } = await call(name, input);
      if (failure !== undefined) throw new Error(`${name} failed: ${failure}`);
      return value as T;
    },
    ping: async () => (await server.request("ping")).result !== undefined,
    stop: async () => {
      server.closeInput();
      setTimeout(() => server.kill("SIGKILL"), 3_000).unref();
      await server.ended;
    },
  };
}

function outcome({ result, error }: Answer): Outcome {
  if (error) return { value: {}, failure: `${error.code}: ${error.message}` };
  const [block] = (result?.["content"] ?? []) as { text: string }[];
  if (result?.["isError"] === true) return { value: {}, failure: block?.text ?? "" };
  return { value: result?.["structuredContent"] as Record<string, unknown>, failure: undefined };
}

export interface Command {
  pid: number;
  kill: () => void;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** `ai …` as a person types it. */
export function ai(env: Environment, args: readonly string[], input = ""): Command {
  return start([cliEntry, ...args], env, input);
}

/** A Node program, given up after 60 s. */
export function start(args: readonly string[], env: Environment, input = "", onOutput: (text: string) => void = () => {}): Command {
  const child = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "pipe"], timeout: 60_000, killSignal: "SIGKILL" });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { pid: child.pid ?? 0, kill: () => void child.kill("SIGKILL"), ended };
}

/** The JSON that `ai --json …` prints; throws its error. */
export async function aiJson(env: Environment, args: readonly string[], input?: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await ai(env, ["--json", ...args], input).ended;
  if (code !== 0) throw new Error(`ai ${args.slice(0, 2).join(" ")} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** What does not hold between the tables of a home's knowledge base. */
export function faultsOf(home: string): string[] {
  const database = openStore(home);
  try {
    return faults(database);
  } finally {
    database.close();
  }
}

export function query<Row = unknown>(home: string, text: string): Row[] {
  const database = openStore(home);
  try {
    return database.prepare<[], Row>(text).all();
  } finally {
    database.close();
  }
}

export function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
