import type { InProcessServer } from "@paios/shared/in-process";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Brain, BrainRequest } from "../brain.ts";
import { askClaudeCli } from "./claude-cli.ts";
import { credentialName } from "./credential.ts";
import type { Environment } from "./environment.ts";
import { findProgram } from "@paios/shared/find-program";
import { runWays, type Way } from "./ways.ts";

export interface ClaudeSettings {
  command: string;
  model?: string | undefined;
  ways: readonly ("sdk" | "cli")[];
  /** MCP servers of the person's configuration whose tools it may use unasked. */
  servers: readonly string[];
  /** Names of further environment variables that it gets although they look like credentials. */
  environment: readonly string[];
}

export interface ClaudeOptions {
  /** Absolute. */
  command: string;
  environment: Environment;
  ownVariables: readonly string[];
  passedVariables: readonly string[];
  servers: readonly string[];
  /** Our servers in this process instead of a child each; its calls are children of the span in `parent`. */
  capabilities: Capabilities;
  clock: () => number;
}

export type Capabilities = (parent: string | undefined) => Promise<Record<string, InProcessServer>>;

const ownVariables = ["ANTHROPIC_", "CLAUDE_CODE_"];

/** Claude Code, in process through the Agent SDK, and as a program where the SDK cannot begin. */
export function claudeBrain(settings: ClaudeSettings, environment: Environment, { capabilities = () => Promise.resolve({}), clock = Date.now }: { capabilities?: Capabilities; clock?: () => number } = {}): Brain {
  const command = () => findProgram(settings.command, environment["PATH"]);
  const options = (): ClaudeOptions => ({ command: command() ?? settings.command, environment, ownVariables, passedVariables: settings.environment, servers: settings.servers, capabilities, clock });
  const ways: Record<ClaudeSettings["ways"][number], Way["run"]> = {
    // The SDK is 1.5 MB of code: it is loaded by who asks Claude, and by nobody else.
    sdk: async (request) => (await import("./claude-sdk.ts")).askClaudeSdk(options(), request),
    cli: (request) => askClaudeCli(options(), request),
  };
  return {
    name: "claude",
    provider: environment["ANTHROPIC_BASE_URL"] === undefined ? "anthropic" : hostOf(environment["ANTHROPIC_BASE_URL"]),
    credential: () => credentialName(environment, ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"], join(environment["CLAUDE_CONFIG_DIR"] || join(environment["HOME"] || homedir(), ".claude"), ".credentials.json")),
    pool: (model) => poolOf(model ?? settings.model ?? "default"),
    abilities: { attachments: ["text/", "image/", "application/pdf"], folder: true },
    available: async () => (command() === undefined ? { ok: false, reason: `The program ${settings.command} was not found. Install Claude Code, or set brains.claude.command in paios.json.` } : { ok: true }),
    run: (request: BrainRequest) => runWays("Claude", settings.ways.map((name) => ({ name, run: ways[name] })), { ...request, model: request.model ?? settings.model }),
  };
}

/** Claude's plans count the models of one family together. */
function poolOf(model: string): string {
  const families = ["opus", "sonnet", "haiku", "fable"];
  return families.find((family) => model.toLowerCase().includes(family)) ?? model;
}

export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "unknown";
}
