import { Command, CommanderError } from "commander";
import { UserError } from "@paios/shared/errors";
import manifest from "../package.json" with { type: "json" };
import { reportError } from "./output.ts";

/** Loaded when it is asked for: a question must not wait for what other commands need. */
const commands: Record<string, () => Promise<Command>> = {
  up: async () => (await import("./commands/up.ts")).upCommand(),
  setup: async () => (await import("./commands/setup.ts")).setupCommand(),
  services: async () => (await import("./commands/services.ts")).servicesCommand(),
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand(),
  update: async () => (await import("./commands/update.ts")).updateCommand(),
  backups: async () => (await import("./commands/backups.ts")).backupsCommand(),
  rollback: async () => (await import("./commands/rollback.ts")).rollbackCommand(),
  auth: async () => (await import("./commands/auth.ts")).authCommand(),
  kb: async () => (await import("./commands/kb.ts")).kbCommand(),
  ask: async () => (await import("./commands/ask.ts")).askCommand(),
  route: async () => (await import("./commands/route.ts")).routeCommand(),
  review: async () => (await import("./commands/review.ts")).reviewCommand(),
  usage: async () => (await import("./commands/usage.ts")).usageCommand(),
  memory: async () => (await import("./commands/memory.ts")).memoryCommand(),
  trace: async () => (await import("./commands/trace.ts")).traceCommand(),
  events: async () => (await import("./commands/events.ts")).eventsCommand(),
  score: async () => (await import("./commands/score.ts")).scoreCommand(),
  health: async () => (await import("./commands/health.ts")).healthCommand(),
  alerts: async () => (await import("./commands/alerts.ts")).alertsCommand(),
};

/** Exit codes: 0 done, 1 failed (the message says the next step), 2 not understood, 130 stopped by Ctrl-C. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command("ai")
    .description("PAIOS: the knowledge base and tools that Claude Code, Codex and OpenClaw share on this machine.")
    .version(manifest.version)
    .option("--json", "print the result as JSON, for scripts")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(add --help for what it takes)")
    .exitOverride()
    .addHelpText("after", help);
  // pnpm hands its own "--" on; to completion it means something.
  const words = args[0] === "complete" ? [...args] : args.filter((arg, at) => !(arg === "--" && at <= 1));
  const asked = words.find((word) => !word.startsWith("-")) ?? "";
  const isOne = Object.hasOwn(commands, asked);
  for (const [name, load] of Object.entries(commands)) if (!isOne || name === asked) program.addCommand((await load()).exitOverride());
  if (!isOne) (await import("@bomb.sh/tab/commander")).default(program, { completionCommandName: "completion" });
  try {
    await program.parseAsync(words, { from: "user" });
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Error && error.name === "AbortError") return 130;
    reportError(error, Boolean(program.opts()["json"]));
    return error instanceof UserError && error.code === "bad_input" ? 2 : 1;
  }
}

const help = `
Examples:
  ai kb search "why did we choose SQLite?"    ask the knowledge base
  ai kb import ~/notes                        bring in a folder
  ai kb capture https://example.com/page      keep a web page
  ai ask "why is the build slow?" --cwd .     have Codex, Claude or another brain do it
  git diff | ai review -                      two reviews at once, one report
  ai trace                                    what was called last; ai trace ID shows one as a tree
  ai usage                                    what was used, what it cost, which limit blocks next
  ai health                                   whether everything is well
  ai memory                                   what sessions leave for later ones; why, off, exclude, forget
  ai setup                                    register everything in Claude Code and Codex
  ai doctor                                   what is wrong, and how to mend it
  ai up                                       prepare everything and try it

Data lives in $PAIOS_HOME (default ~/.openclaw). Exit codes: 0 done, 1 failed, 2 not understood.`;
