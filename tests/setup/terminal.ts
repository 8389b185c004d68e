import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import { scratchEnvironment } from "@paios/shared/testing/temporary";

const entry = join(import.meta.dirname, "../../apps/cli/dist/main.js");
/** Nothing listens there: what a client wants beyond loopback fails at once. */
const nowhere = "http://127.0.0.1:9";

export interface Said {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Terminal {
  home: string;
  env: Record<string, string>;
  run: (...args: string[]) => Said;
  /** The same without waiting, for two at once. */
  begin: (...args: string[]) => Promise<Said>;
  json: <T = Record<string, never>>(...args: string[]) => T;
  path: (...parts: string[]) => string;
  read: (...parts: string[]) => string;
  has: (...parts: string[]) => boolean;
  write: (text: string, ...parts: string[]) => void;
}

/** `ai` as a person runs it in a scratch home, with the real clients on PATH, or with others in `programs`. */
export async function terminal(home: string, programs?: string): Promise<Terminal> {
  const { bin } = programs === undefined ? await fetchClients() : { bin: programs };
  const env = scratchEnvironment(home, {
    PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
    SHELL: "/bin/bash",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost,::1",
  });
  const path = (...parts: string[]) => join(home, ...parts);
  const run = (...args: string[]): Said => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], { env, encoding: "utf8", cwd: home });
    return { status, stdout, stderr };
  };
  return {
    home,
    env,
    run,
    begin: (...args) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [entry, ...args], { env, cwd: home });
        let [stdout, stderr] = ["", ""];
        child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
        child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
        child.on("close", (status) => resolve({ status, stdout, stderr }));
      }),
    json: <T>(...args: string[]) => {
      const { stdout, stderr } = run("--json", ...args);
      if (!stdout) throw new Error(stderr);
      return JSON.parse(stdout) as T;
    },
    path,
    read: (...parts) => readFileSync(path(...parts), "utf8"),
    has: (...parts) => existsSync(path(...parts)),
    write: (text, ...parts) => {
      mkdirSync(dirname(path(...parts)), { recursive: true });
      writeFileSync(path(...parts), text);
    },
  };
}
