import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { scratchEnvironment } from "@paios/shared/testing/temporary";

/** `ai` as at a prompt in a scratch HOME, without a terminal; `entry` is a built main.js, `extra` more of its environment. */
export function terminal(home: string, extra: Record<string, string> = {}, entry = join(import.meta.dirname, "../../apps/cli/dist/main.js")) {
  const run = (args: readonly string[], input = "") => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], { env: scratchEnvironment(home, extra), encoding: "utf8", input });
    return { status, stdout, stderr };
  };
  return {
    run,
    json: <T = unknown>(args: readonly string[]): T => {
      const { stdout, stderr } = run(["--json", ...args]);
      if (!stdout) throw new Error(stderr);
      return JSON.parse(stdout) as T;
    },
  };
}
