import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface OpenElsewhere {
  pid: number;
  [Symbol.asyncDispose]: () => Promise<void>;
}

const script = `
  const database = new (require("better-sqlite3"))(process.argv[1]);
  if (process.argv[2]) database.exec(process.argv[2]);
  else database.pragma("user_version");
  console.log("open");
  process.stdin.resume();
`;

/** For tests: another process that has a database open, after it ran `sql` in it, until it is disposed of. */
export async function openElsewhere(path: string, sql = ""): Promise<OpenElsewhere> {
  const child = spawn(process.execPath, ["-e", script, path, sql], { cwd: import.meta.dirname, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as unknown[];
  if (line !== "open" || child.pid === undefined) throw new Error(`${path} could not be opened elsewhere`);
  return {
    pid: child.pid,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
