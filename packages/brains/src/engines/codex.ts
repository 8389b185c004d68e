import { homedir } from "node:os";
import { join } from "node:path";
import type { Brain, BrainRequest } from "../brain.ts";
import { askCodexAppServer } from "./codex-app-server.ts";
import { askCodexExec } from "./codex-exec.ts";
import { credentialName } from "./credential.ts";
import type { Environment } from "./environment.ts";
import { findProgram } from "@paios/shared/find-program";
import { runWays, type Way } from "./ways.ts";

export interface CodexSettings {
  command: string;
  model?: string | undefined;
  ways: readonly ("app-server" | "exec")[];
  /** MCP servers of the person's configuration whose tools it may use unasked. */
  servers: readonly string[];
  /** Names of further environment variables that it gets although they look like credentials. */
  environment: readonly string[];
}

export interface CodexOptions {
  /** Absolute. */
  command: string;
  environment: Environment;
  ownVariables: readonly string[];
  passedVariables: readonly string[];
  servers: readonly string[];
  /** Said for a model that Codex does not name. */
  defaultModel: string;
  clock: () => number;
}

/** Codex, by its app-server, and as a program where that cannot begin. */
export function codexBrain(settings: CodexSettings, environment: Environment, clock: () => number = Date.now): Brain {
  const command = () => findProgram(settings.command, environment["PATH"]);
  const options = (): CodexOptions => ({
    command: command() ?? settings.command,
    environment,
    ownVariables: ["OPENAI_", "CODEX_"],
    passedVariables: settings.environment,
    servers: settings.servers,
    defaultModel: settings.model ?? "codex",
    clock,
  });
  const ways: Record<CodexSettings["ways"][number], Way["run"]> = {
    "app-server": (request) => askCodexAppServer(options(), request),
    exec: (request) => askCodexExec(options(), request),
  };
  const login = join(environment["CODEX_HOME"] || join(environment["HOME"] || homedir(), ".codex"), "auth.json");
  return {
    name: "codex",
    provider: "openai",
    credential: () => credentialName(environment, ["CODEX_API_KEY", "OPENAI_API_KEY"], login),
    pool: (model) => model ?? settings.model ?? "default",
    abilities: { attachments: ["text/", "image/"], folder: true },
    available: async () => (command() === undefined ? { ok: false, reason: `The program ${settings.command} was not found. Install Codex, or set brains.codex.command in paios.json.` } : { ok: true }),
    run: (request: BrainRequest) => runWays("Codex", settings.ways.map((name) => ({ name, run: ways[name] })), { ...request, model: request.model ?? settings.model }),
  };
}
