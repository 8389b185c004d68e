import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Edit } from "@paios/shared/change";
import { quoted } from "./links.ts";
import type { Machine } from "./machine.ts";
import { putBlock, removeBlock, shellMarks } from "./marked-block.ts";

const blockFiles = [".profile", ".bash_profile", ".bash_login", ".bashrc", ".zprofile", ".zshrc"] as const;
const ours = "# Written by ai setup.";

/**
 * `ai` on the PATH of every new shell, behind all that is there, and its completions where each shell looks for them.
 * Only for the shells this person has.
 */
export function shellEdits(machine: Machine): Edit[] {
  const { userHome, home, env } = machine;
  const has = (name: string) => existsSync(join(userHome, name));
  const block = (name: (typeof blockFiles)[number], ...lines: string[]): Edit => ({ path: join(userHome, name), mode: 0o644, compute: (text) => putBlock(text, lines.join("\n"), shellMarks) });
  const path = pathLine(home);
  const shell = basename(env["SHELL"] ?? "");
  const files = filesOf(machine);
  const login = ([".bash_profile", ".bash_login"] as const).find(has);
  return [
    block(".profile", path),
    ...(login ? [block(login, path)] : []),
    ...(has(".bashrc") ? [block(".bashrc", path)] : []),
    ...(shell === "bash" || has(".bashrc") ? [own(files.bash, "source <(ai completion bash)")] : []),
    ...(shell === "zsh" || has(".zshrc") ? [block(".zprofile", path), block(".zshrc", path, zshCompletion)] : []),
    ...(shell === "fish" || existsSync(dirname(dirname(files.fish))) ? [own(files.fishPath, `fish_add_path --append --path ${quoted(join(home, "bin"))}`), own(files.fish, "ai completion fish | source")] : []),
  ];
}

/** Takes all of it out again, whatever shells there are by now. */
export function shellRemovals(machine: Machine): Edit[] {
  const blocks = blockFiles.map((name): Edit => ({ path: join(machine.userHome, name), compute: (text) => removeBlock(text, shellMarks) }));
  return [...blocks, ...Object.values(filesOf(machine)).map((path): Edit => ({ path, compute: (text) => (text?.startsWith(ours) ? undefined : text) }))];
}

/** A file of that name that somebody else wrote stays. */
function own(path: string, line: string): Edit {
  return { path, mode: 0o644, compute: (text) => (text === undefined || text.startsWith(ours) ? `${ours}\n${line}\n` : text) };
}

/** At the end: `<home>/bin` has a `node` too, and the person's own goes first. */
function pathLine(home: string): string {
  const bin = quoted(join(home, "bin"));
  return `case ":$PATH:" in *:${bin}:*) ;; *) PATH="$PATH":${bin}; export PATH ;; esac`;
}

/** Asked for at the first completion, so that a new shell costs nothing. */
const zshCompletion = '(( $+functions[compdef] )) && { _ai() { unfunction _ai; source <(ai completion zsh); _ai "$@" }; compdef _ai ai }';

/** Where bash-completion and fish look when a command is completed for the first time. */
function filesOf({ env, userHome }: Machine): Record<"bash" | "fish" | "fishPath", string> {
  const config = env["XDG_CONFIG_HOME"] || join(userHome, ".config");
  return {
    bash: join(env["XDG_DATA_HOME"] || join(userHome, ".local", "share"), "bash-completion", "completions", "ai"),
    fish: join(config, "fish", "completions", "ai.fish"),
    fishPath: join(config, "fish", "conf.d", "paios.fish"),
  };
}
