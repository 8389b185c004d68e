import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context, Tool } from "@paios/shared/tool";
import { closeDesktop, type Desktop, openDesktop } from "../desktop.ts";
import type { DriverName } from "../drivers/driver.ts";
import { temporaryFolder } from "@paios/shared/testing/temporary";

/** What a fake program does when it is called so; `args` and `input` must occur in what it gets. */
export interface Replay {
  command: string;
  args?: readonly string[];
  input?: string;
  stdout?: string;
  stderr?: string;
  code?: number;
  /** Written to the file that its last argument names. */
  file?: Buffer;
  sleepMs?: number;
}

interface Call {
  command: string;
  args: string[];
  input: string;
  environment: Record<string, string>;
}

export interface FakeDesktop extends Disposable {
  desktop: Desktop;
  folder: string;
  environment: Record<string, string>;
  /** What was called since the last time this was asked. */
  calls: () => Call[];
  replay: (...replays: Replay[]) => void;
  // oxlint-disable-next-line typescript/no-explicit-any -- tools differ in input and output
  run: (tool: Tool<Desktop, any, any>, input: object, signal?: AbortSignal) => Promise<any>;
}

/** A desktop whose programs are fakes on PATH: they note their arguments and input, and replay what the real ones print. */
export function fakeDesktop(driver: DriverName, commands: readonly string[]): FakeDesktop {
  const folder = temporaryFolder();
  const bin = join(folder.path, "bin");
  const home = join(folder.path, "home");
  mkdirSync(bin);
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), JSON.stringify({ macos: { driver } }));
  for (const command of commands) {
    writeFileSync(join(bin, command), `#!${process.execPath}\n${program(folder.path)}`);
    chmodSync(join(bin, command), 0o755);
  }
  const environment = { PATH: bin };
  const desktop = openDesktop(home, environment);
  const log = join(folder.path, "calls");
  let seen = 0;
  return {
    desktop,
    folder: folder.path,
    environment,
    calls: () => {
      const all = existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line) as Call) : [];
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    },
    replay: (...replays) => writeFileSync(join(folder.path, "replays.json"), JSON.stringify(replays.map(({ file, ...rest }) => ({ ...rest, ...(file && { file: file.toString("base64") }) })))),
    run: async (tool, input, signal = new AbortController().signal) => {
      const span = { traceId: "0".repeat(32), spanId: "", set: () => {}, event: () => {} };
      const context: Context<Desktop> = { state: desktop, caller: { client: "test", way: "mcp", meta: {} }, signal, span, now: Date.now, progress: () => {} };
      const output: unknown = await tool.run(tool.input.parse(input), context);
      return tool.output.parse(output) as unknown;
    },
    [Symbol.dispose]: () => {
      void closeDesktop(desktop);
      folder[Symbol.dispose]();
    },
  };
}

/** Plain JavaScript without imports of ours: it runs as the program itself. */
function program(folder: string): string {
  return `
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const command = require("node:path").basename(__filename);
const args = process.argv.slice(2);
const input = readFileSync(0, "utf8");
const { PATH, ...environment } = process.env;
appendFileSync(${JSON.stringify(join(folder, "calls"))}, JSON.stringify({ command, args, input, environment }) + "\\n");
const replays = existsSync(${JSON.stringify(join(folder, "replays.json"))}) ? JSON.parse(readFileSync(${JSON.stringify(join(folder, "replays.json"))}, "utf8")) : [];
const decoded = args.includes("-EncodedCommand") ? Buffer.from(args.at(-1), "base64").toString("utf16le") : "";
const found = replays.find((each) => each.command === command && (each.args ?? []).every((arg) => args.includes(arg)) && (input + decoded).includes(each.input ?? ""));
setTimeout(() => {
  if (found?.file) writeFileSync(args.at(-1), Buffer.from(found.file, "base64"));
  process.stderr.write(found?.stderr ?? "");
  process.stdout.write(found?.stdout ?? "", () => process.exit(found ? (found.code ?? 0) : 97));
}, found?.sleepMs ?? 0);
`;
}
