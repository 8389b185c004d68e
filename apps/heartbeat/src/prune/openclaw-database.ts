import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { UserError } from "@paios/shared/errors";
import { neutralise } from "@paios/shared/external";
import { findProgram } from "@paios/shared/find-program";
import { run } from "@paios/shared/process";

type Environment = Record<string, string | undefined>;

/** What OpenClaw's own maintenance does with the sessions in its databases. */
export interface OwnCleanup {
  sessions: number;
  archived: number;
  removed: number;
}

interface Summary {
  beforeCount: number;
  afterCount: number;
  archived: number;
}

/** One agent is answered with its summary, several with a list of them. */
type Answer = Partial<Summary> & { stores?: Summary[]; error?: { message?: string } };

export interface OpenClawDatabases {
  command: string;
  environment: Environment;
  /** Whose databases there are. */
  agents: string[];
}

const keptSnapshots = 5;
const timeoutMs = 10 * 60_000;
const saidChars = 300;

/** OpenClaw and its databases, where both are there: only its own commands change them. */
export function findOpenClaw(environment: Environment): OpenClawDatabases | undefined {
  const command = findProgram("openclaw", environment["PATH"] ?? "");
  const folder = join(environment["OPENCLAW_STATE_DIR"] || join(environment["HOME"] || homedir(), ".openclaw"), "agents");
  const agents = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, "agent", "openclaw-agent.sqlite"))) : [];
  if (command === undefined || agents.length === 0) return undefined;
  // It wants a newer Node than a service manager may find.
  return { command, agents, environment: { ...environment, PATH: [dirname(process.execPath), environment["PATH"] ?? ""].join(delimiter) } };
}

/** What its maintenance would do. Throws UserError("unavailable") with what OpenClaw said when it refuses. */
export async function previewCleanup(openclaw: OpenClawDatabases, signal: AbortSignal): Promise<OwnCleanup> {
  return summed(await ask(openclaw, ["sessions", "cleanup", "--all-agents", "--dry-run", "--json"], signal));
}

/** Has it done, through the Gateway where that runs, after a snapshot of each database by OpenClaw itself in `<home>/backups/openclaw`. */
export async function enforceCleanup(openclaw: OpenClawDatabases, home: string, signal: AbortSignal): Promise<OwnCleanup> {
  for (const agent of openclaw.agents) {
    const repository = join(home, "backups", "openclaw", agent);
    mkdirSync(repository, { recursive: true, mode: 0o700 });
    await ask(openclaw, ["backup", "sqlite", "create", "--agent", agent, "--repository", repository, "--json"], signal);
    for (const old of readdirSync(repository).sort().slice(0, -keptSnapshots)) rmSync(join(repository, old), { recursive: true, force: true });
  }
  return summed(await ask(openclaw, ["sessions", "cleanup", "--all-agents", "--enforce", "--json"], signal));
}

async function ask({ command, environment }: OpenClawDatabases, args: string[], signal: AbortSignal): Promise<Answer> {
  const { code, stdout, stderr } = await run({ command, args, env: environment, timeoutMs, outputBytes: 10_000_000, signal });
  signal.throwIfAborted();
  const answer = parse(stdout.toString("utf8"));
  if (code === 0 && answer) return answer;
  const said = answer?.error?.message ?? stderr;
  throw new UserError("unavailable", `OpenClaw did not do "${args.slice(0, 3).join(" ")}": ${neutralise(said).slice(0, saidChars)}`);
}

function parse(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
}

function summed({ stores, beforeCount = 0, afterCount = 0, archived = 0 }: Answer): OwnCleanup {
  const summaries = stores ?? [{ beforeCount, afterCount, archived }];
  const sum = (of: (summary: Summary) => number) => summaries.reduce((total, summary) => total + of(summary), 0);
  return {
    sessions: sum(({ beforeCount }) => beforeCount),
    archived: sum(({ archived }) => archived),
    removed: sum(({ beforeCount, afterCount }) => beforeCount - afterCount),
  };
}
