import { errorCode, UserError } from "@paios/shared/errors";
import { findProgram } from "@paios/shared/find-program";
import { run } from "@paios/shared/process";

const clientNames = ["claude", "codex", "openclaw"] as const;
export type ClientName = (typeof clientNames)[number];

export type Client =
  | { name: ClientName; installed: false }
  | {
      name: ClientName;
      installed: true;
      command: string;
      version?: string;
      /** Why there is no version. */
      problem?: string;
    };

export interface FindOptions {
  /** As in PATH. */
  path: string;
  env: NodeJS.ProcessEnv;
  /** Only these; default all. */
  names?: readonly ClientName[] | undefined;
  timeoutMs?: number;
}

/** Which clients are on `path`, and their versions. Never rejects for one that is missing, broken or slow. */
export function findClients({ path, env, names = clientNames, timeoutMs = 5_000 }: FindOptions): Promise<Client[]> {
  return Promise.all(names.map((name) => findClient(name, path, env, timeoutMs)));
}

async function findClient(name: ClientName, path: string, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<Client> {
  const command = findProgram(name, path);
  if (command === undefined) return { name, installed: false };
  try {
    const { code, stdout } = await run({ command, args: ["--version"], env: { ...env, PATH: path }, timeoutMs, outputBytes: 100_000 });
    const version = /\d+\.\d+\.\d+[\w.-]*/.exec(stdout.toString("utf8").slice(0, 1_000))?.[0];
    if (code !== 0 || version === undefined) return { name, installed: true, command, problem: `--version ended with code ${code}${version === undefined ? " and no version" : ""}` };
    return { name, installed: true, command, version };
  } catch (error) {
    const problem = error instanceof UserError ? error.message : `it cannot be started (${errorCode(error)})`;
    return { name, installed: true, command, problem };
  }
}
