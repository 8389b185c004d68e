import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { run, type RunResult } from "../process.ts";
import { fetchClients } from "./client-fetch.ts";
import type { MockModels, ModelRequest } from "./mock-models.ts";
import { processesWith } from "./processes.ts";
import { scratchEnvironment, temporaryFolder } from "./temporary.ts";

/** A stdio server as a person registers it; `alwaysLoad` keeps Claude from deferring its tools. */
export interface RegisteredServer {
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  alwaysLoad?: boolean;
}

export interface ClientRun {
  prompt: string;
  mock: MockModels;
  servers: readonly RegisteredServer[];
  /** Added to the client's environment. */
  env?: Record<string, string>;
  timeoutMs?: number;
  /** The scratch home, for runs that share one; by default a new one that is removed. */
  home?: string;
  /** The home has the client's config already, registrations too: nothing is written there. */
  prepared?: boolean;
  /** More arguments for the client's own command line. */
  args?: readonly string[];
  /** For Codex: more tables of its config.toml. */
  config?: string;
  /** For Codex: it waits only its own second for a server; otherwise a loaded machine's 20. */
  impatient?: boolean;
  /** For Codex: a name it does not know gets the tools listed (the default), one of its own gets them deferred. */
  model?: string;
}

export interface ClientResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Every request of this run to the mock. */
  requests: ModelRequest[];
  /** Command lines of processes that outlived the client by more than 2 s. They were killed. */
  orphans: string[];
}

interface Prepared {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** Where the client starts: an empty folder that is no repository. */
  cwd: string;
}

/** Runs the real Claude Code on one prompt (`claude -p`, the prompt over stdin) in a scratch home. */
export function runClaude(options: ClientRun): Promise<ClientResult> {
  return runClient(options, (home, marker, bin) => {
    const env = scratchEnvironment(home, {
      ANTHROPIC_BASE_URL: options.mock.url,
      ANTHROPIC_API_KEY: "dummy",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      DISABLE_TELEMETRY: "1",
      DISABLE_ERROR_REPORTING: "1",
    });
    const servers = options.servers.map(({ name, alwaysLoad, ...server }) => [name, { type: "stdio", ...server, env: { ...server.env, ...marker }, ...(alwaysLoad && { alwaysLoad }) }]);
    const folder = join(home, "claude");
    mkdirSync(folder, { recursive: true });
    if (!options.prepared) mergeJson(join(folder, ".claude.json"), { hasCompletedOnboarding: true, mcpServers: Object.fromEntries(servers) });
    if (!options.prepared) mergeJson(join(folder, "settings.json"), { permissions: { allow: options.servers.map(({ name }) => `mcp__${name}`) } });
    const model = options.model === undefined ? [] : ["--model", options.model];
    return { command: join(bin, "claude"), args: ["-p", "--output-format", "json", ...model, ...(options.args ?? [])], env };
  });
}

/** Runs the real Codex on one prompt (`codex exec --json`, the prompt over stdin) in a scratch home. */
export function runCodex(options: ClientRun): Promise<ClientResult> {
  return runClient(options, (home, marker, bin) => {
    const env = scratchEnvironment(home, { PAIOS_MOCK_KEY: "dummy" });
    mkdirSync(join(home, "codex"), { recursive: true });
    if (!options.prepared) writeFileSync(join(home, "codex", "config.toml"), codexConfig(options, marker));
    return { command: join(bin, "codex"), args: ["exec", "--json", "--skip-git-repo-check", ...(options.args ?? []), "-"], env };
  });
}

async function runClient(
  { prompt, mock, env: extra, timeoutMs = 60_000, home }: ClientRun,
  prepare: (home: string, marker: Record<string, string>, bin: string) => Omit<Prepared, "cwd">,
): Promise<ClientResult> {
  const { bin } = await fetchClients();
  using scratch = temporaryFolder("paios-client-");
  const folder = home ?? scratch.path;
  const marker = { PAIOS_CLIENT_RUN: randomUUID() };
  const cwd = join(folder, "work");
  mkdirSync(cwd, { recursive: true });
  const { command, args, env } = prepare(folder, marker, bin);
  const before = mock.requests.length;
  const proxy = { HTTP_PROXY: mock.url, HTTPS_PROXY: mock.url, ALL_PROXY: mock.url, NO_PROXY: "127.0.0.1,localhost,::1" };
  const path = [dirname(process.execPath), env["PATH"]].join(delimiter);
  let result: RunResult;
  let orphans: string[];
  try {
    result = await run({ command, args, cwd, timeoutMs, outputBytes: 64 * 1024 * 1024, input: prompt, env: { ...env, ...proxy, ...marker, PATH: path, ...extra } });
  } finally {
    orphans = await reap(Object.values(marker)[0] ?? "");
  }
  return { code: result.code, stdout: result.stdout.toString("utf8"), stderr: result.stderr, requests: mock.requests.slice(before), orphans };
}

/** Gives what the client started 2 s to end by itself, and ends the rest. */
async function reap(marker: string): Promise<string[]> {
  for (const deadline = Date.now() + 2_000; Date.now() < deadline; await wait(25)) {
    if (processesWith(marker).length === 0) return [];
  }
  const left = processesWith(marker);
  for (const { pid } of left) process.kill(pid, "SIGKILL");
  return left.map(({ command }) => command);
}

function mergeJson(file: string, values: object): void {
  const present: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  writeFileSync(file, JSON.stringify({ ...(present as object), ...values }, null, 2));
}

/** A config.toml with which Codex asks the mock model, and nobody else. */
export function codexConfig({ mock, servers, model = "mock-model", config = "", impatient = false }: Pick<ClientRun, "mock" | "servers" | "model" | "config" | "impatient">, marker: Record<string, string> = {}): string {
  const lines = [
    `model = ${toml(model)}`,
    'model_provider = "mock"',
    'approval_policy = "never"',
    'sandbox_mode = "read-only"',
    "check_for_update_on_startup = false",
    ...(impatient ? [] : ["mcp_optional_startup_grace_ms = 20000"]),
    // Plugins would be looked for on the network; a test of plugins adds --enable plugins.
    "[features]",
    "plugins = false",
    "[analytics]",
    "enabled = false",
    "[model_providers.mock]",
    'name = "mock"',
    `base_url = ${toml(`${mock.url}/v1`)}`,
    'wire_api = "responses"',
    'env_key = "PAIOS_MOCK_KEY"',
    "request_max_retries = 0",
    "stream_max_retries = 0",
  ];
  for (const { name, command, args, env } of servers) {
    const environment = Object.entries({ ...env, ...marker }).map(([key, value]) => `${toml(key)} = ${toml(value)}`);
    lines.push(`[mcp_servers.${name}]`, `command = ${toml(command)}`, `args = [${args.map(toml).join(", ")}]`, `env = { ${environment.join(", ")} }`);
  }
  return `${lines.join("\n")}\n${config}\n`;
}

/** A JSON string is a TOML basic string. */
function toml(text: string): string {
  return JSON.stringify(text);
}
