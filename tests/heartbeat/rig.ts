import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scratchEnvironment } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";

export const entry = join(import.meta.dirname, "../../apps/heartbeat/dist/main.js");
const child = join(import.meta.dirname, "daemon-child.ts");

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  pid: number;
  stderr: () => string;
  kill: (signal: NodeJS.Signals) => void;
  ended: Promise<Ended>;
}

export interface Effect {
  key: string;
  attempt: number;
  pid: number;
}

export interface Jobs {
  way: "run" | "due";
  schedule: string;
  catchUp: string;
  count?: number;
  workMs?: number;
}

/** A folder with a home, and the file in which jobs note that they ran, outside the home. */
export class Place {
  readonly folder: string;
  readonly home: string;
  readonly effectsFile: string;

  constructor(folder: string) {
    this.folder = folder;
    this.home = join(folder, "paios");
    this.effectsFile = join(folder, "effects.ndjson");
    mkdirSync(this.home, { recursive: true });
  }

  /** A heartbeat with jobs of the test, under `before` (strace …) where that is given. */
  start({ way, schedule, catchUp, count = 1, workMs = 0 }: Jobs, before: readonly string[] = []): Started {
    return startProgram([...before, process.execPath, child, way, schedule, catchUp, String(count), String(workMs), this.effectsFile], this.folder);
  }

  /** The built program. */
  heartbeat(args: readonly string[], extra: Record<string, string> = {}): Started {
    return startProgram([process.execPath, entry, ...args], this.folder, extra);
  }

  effects(): Effect[] {
    if (!existsSync(this.effectsFile)) return [];
    return readFileSync(this.effectsFile, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line) as Effect);
  }

  query<Row>(text: string): Row[] {
    const database = new Database(join(this.home, "heartbeat.sqlite"));
    try {
      return database.prepare<[], Row>(text).all();
    } finally {
      database.close();
    }
  }

  change(text: string): void {
    const database = new Database(join(this.home, "heartbeat.sqlite"));
    database.exec(text);
    database.close();
  }
}

function startProgram([command = "", ...args]: string[], folder: string, extra: Record<string, string> = {}): Started {
  const running = spawn(command, args, { env: scratchEnvironment(folder, extra), stdio: ["ignore", "pipe", "pipe"], timeout: 60_000, killSignal: "SIGKILL" });
  const output = { stdout: "", stderr: "" };
  running.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  running.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    running.on("error", reject);
    running.on("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  return { pid: running.pid ?? 0, stderr: () => output.stderr, kill: (signal) => void running.kill(signal), ended };
}
