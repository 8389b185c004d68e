import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paiosHome } from "@paios/shared/home";

type Environment = Record<string, string | undefined>;

/** Where everything is that setup reads or changes. */
export interface Machine {
  env: Environment;
  /** The PAIOS home. */
  home: string;
  /** The person's own home. */
  userHome: string;
  /** This checkout, whose built files are registered. */
  repository: string;
  /** The Node that runs the servers, by a path that stays when its version changes. */
  node: string;
  files: {
    claudeConfig: string;
    claudeSettings: string;
    codexConfig: string;
    codexAgents: string;
    /** What setup put where; it is needed to take exactly that out again. */
    record: string;
    ai: string;
  };
}

export function thisMachine(env: Environment = process.env): Machine {
  const home = paiosHome(env);
  const userHome = env["HOME"] || homedir();
  const repository = fileURLToPath(new URL("../../..", import.meta.url));
  const claude = env["CLAUDE_CONFIG_DIR"];
  const codex = env["CODEX_HOME"] || join(userHome, ".codex");
  return {
    env,
    home,
    userHome,
    repository: repository.replace(/\/$/, ""),
    node: stableNode(repository),
    files: {
      claudeConfig: join(claude || userHome, ".claude.json"),
      claudeSettings: join(claude || join(userHome, ".claude"), "settings.json"),
      codexConfig: join(codex, "config.toml"),
      codexAgents: join(codex, "AGENTS.md"),
      record: join(home, "paios-setup.json"),
      ai: join(home, "bin", "ai"),
    },
  };
}

/** pnpm keeps each version in a folder of its own; the link to the present one keeps its name. */
function stableNode(repository: string): string {
  const linked = join(repository, "node_modules", "node", "bin", "node");
  try {
    return realpathSync(linked) === realpathSync(process.execPath) ? linked : process.execPath;
  } catch {
    return process.execPath;
  }
}
