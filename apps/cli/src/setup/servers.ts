import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode, UserError } from "@paios/shared/errors";

export interface ServerTool {
  name: string;
  /** It only reads, or it neither destroys nor reaches the outside world; the rest needs the person's consent. */
  safe: boolean;
  /** Why it needs consent; "" for a safe one. */
  risk: "" | "reaches the outside world" | "changes or removes things";
}

/** A built server as both CLIs start it. */
export interface Server {
  name: string;
  /** Where its package is. */
  folder: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  /** Variables of the client's own environment that it needs: Codex passes on only those that are named. */
  passEnvironment: string[];
  /** How long a CLI should wait for its start and for one call. */
  startSeconds: number;
  callSeconds: number;
  tools: ServerTool[];
}

/** The heap stays small without a cost in time. */
const heapFlags = ["--max-semi-space-size=8", "--max-old-space-size=128"];
/** By these a server knows the run of a brain that it works for. */
const ofRun = ["PAIOS_DEPTH", "TRACEPARENT"];
const startSeconds = 10;
const callSeconds = 120;

interface Manifest {
  bin?: object;
  /** What a server says of its registration. */
  paios?: { arguments?: string[]; callSeconds?: number; passEnvironment?: string[] };
}

interface Annotations {
  readOnlyHint?: boolean;
  destructiveHint?: boolean;
  openWorldHint?: boolean;
}

/** The mesh: everything built in the repository that has a list of tools, by name. Throws UserError("unavailable") when none is built. */
export function readServers(repository: string, home: string): Server[] {
  const folders = ["packages", "apps"].flatMap((parent) => readdirSync(join(repository, parent)).map((name) => join(repository, parent, name)));
  const servers = folders.flatMap((folder) => readServer(folder, home) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (servers.length === 0) throw new UserError("unavailable", "No server is built. Run pnpm build, then ai setup again.");
  return servers;
}

/** The tools that need consent. */
export function toolsNeedingConsent(servers: readonly Server[]): ServerTool[] {
  return servers.flatMap(({ tools }) => tools.filter(({ safe }) => !safe));
}

function readServer(folder: string, home: string): Server | undefined {
  const entry = join(folder, "dist", "main.js");
  const { bin = {}, paios = {} } = (readJson(join(folder, "package.json")) as Manifest | undefined) ?? {};
  const bins = Object.keys(bin);
  const name = bins.find((bin) => bin.startsWith("paios-"))?.slice("paios-".length);
  const tools = readJson(join(folder, "tools.json")) as { name: string; annotations?: Annotations }[] | undefined;
  if (!name || !tools || !existsSync(entry)) return undefined;
  return {
    name,
    folder,
    command: join(home, "bin", "node"),
    args: [...heapFlags, entry, ...(paios.arguments ?? [])],
    env: { PAIOS_HOME: home },
    passEnvironment: [...ofRun, ...(paios.passEnvironment ?? [])],
    startSeconds,
    callSeconds: paios.callSeconds ?? callSeconds,
    tools: tools.map(({ name: tool, annotations = {} }) => ({ name: tool, safe: isSafe(annotations), risk: riskOf(annotations) })),
  };
}

function isSafe({ readOnlyHint, destructiveHint, openWorldHint }: Annotations): boolean {
  return readOnlyHint === true || (destructiveHint === false && openWorldHint === false);
}

function riskOf(annotations: Annotations): ServerTool["risk"] {
  if (isSafe(annotations)) return "";
  return annotations.openWorldHint === false ? "changes or removes things" : "reaches the outside world";
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
