import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { type Terminal, terminal } from "./terminal.ts";

const entry = join(import.meta.dirname, "../../apps/cli/dist/main.js");
const own = "# mine\nPATH=$HOME/mine:$PATH\n";

describe("a new shell", () => {
  it("UNIF-04 a login shell has ai, behind the person's own programs, and keeps their node", async () => {
    using folder = temporaryFolder();
    using programs = temporaryFolder();
    const ai = await terminal(folder.path, programs.path);
    ai.write(own, ".profile");
    ai.write("# mine\n", ".bashrc");
    ai.run("setup", "--yes");
    for (const [shell, flag] of [["bash", "-lc"], ["sh", "-lc"], ["bash", "-ic"]] as const) expect(inShell(ai, shell, flag, "ai --version && command -v node"), `${shell} ${flag}`).toMatch(/^\d+\.\d+\.\d+\n(?!.*paios)/);
    expect(inShell(ai, "bash", "-lc", 'echo "$PATH"')).toMatch(/^\S+\/mine:.*:\S+\/paios\/bin\n$/);
    expect(inShell(ai, "bash", "-lc", 'bash -lc "echo \\$PATH"').match(/paios\/bin/g), "not added twice").toHaveLength(1);
    ai.run("setup", "--uninstall", "--yes");
    expect([ai.read(".profile"), ai.read(".bashrc")]).toEqual([own, "# mine\n"]);
  });

  it("UNIF-04 bash completes commands and options", async () => {
    using folder = temporaryFolder();
    using programs = temporaryFolder();
    const ai = await terminal(folder.path, programs.path);
    ai.run("setup", "--yes");
    // What bash-completion's own loader gives a completion function.
    const loader = '_get_comp_words_by_ref() { cur=${COMP_WORDS[COMP_CWORD]}; words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; }';
    const complete = (line: string) => inShell(ai, "bash", "-lc", `${loader}; source ~/.local/share/bash-completion/completions/ai; COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); __ai_complete; printf '%s\\n' "\${COMPREPLY[@]}"`);
    expect(complete("ai doc")).toMatch(/^doctor/);
    expect(complete("ai kb sea")).toMatch(/^search/);
    expect(complete("ai setup --dry")).toMatch(/^--dry-run/);
  });

  it("zsh and fish get their own files, where the person has them", async () => {
    using folder = temporaryFolder();
    using programs = temporaryFolder();
    const ai = await terminal(folder.path, programs.path);
    ai.write("# mine\n", ".zshrc");
    mkdirSync(ai.path(".config", "fish"), { recursive: true });
    ai.write("complete -c ai -a mine\n", ".config", "fish", "completions", "ai.fish");
    ai.run("setup", "--yes");
    expect(ai.read(".zshrc")).toMatch(/^# mine\n\n# paios:begin\n[\s\S]*compdef _ai ai[\s\S]*# paios:end\n$/);
    expect(ai.read(".config", "fish", "conf.d", "paios.fish")).toContain("fish_add_path --append");
    expect(ai.read(".config", "fish", "completions", "ai.fish"), "a file of somebody else's stays").toBe("complete -c ai -a mine\n");
    ai.run("setup", "--uninstall", "--yes");
    expect([ai.read(".zshrc"), ai.has(".zprofile"), ai.has(".config", "fish", "conf.d", "paios.fish")]).toEqual(["# mine\n", false, false]);
    expect(ai.read(".config", "fish", "completions", "ai.fish")).toBe("complete -c ai -a mine\n");
  });
});

describe("at a terminal", () => {
  it("CHANGE-01 setup shows the diff and asks; Ctrl-C and no change nothing, yes does it", async () => {
    using folder = temporaryFolder();
    using programs = temporaryFolder();
    const ai = await terminal(folder.path, programs.path);
    ai.write(own, ".profile");
    const stopped = await atTerminal(ai, [[/Let any run unasked/, "\u0003"]]);
    expect(stopped).toMatchObject({ status: 130 });
    const alsoStopped = await atTerminal(ai, [[/Let any run unasked/, "\r"], [/Change these files/, "\u0003"]]);
    expect(alsoStopped).toMatchObject({ status: 130, said: expect.stringMatching(/# paios:begin[\s\S]*Asked before each use/) as string });
    const refused = await atTerminal(ai, [[/Let any run unasked/, "\r"], [/Change these files/, "n"]]);
    expect(refused).toMatchObject({ status: 0, said: expect.stringContaining("Nothing was changed.") as string });
    expect(ai.read(".profile")).toBe(own);
    expect(ai.has("paios")).toBe(false);
    const agreed = await atTerminal(ai, [[/Let any run unasked/, " \r"], [/Change these files/, "y"]]);
    expect(agreed).toMatchObject({ status: 0, said: expect.stringContaining("files changed") as string });
    expect(JSON.parse(ai.read("paios", "paios-setup.json"))).toMatchObject({ allowed: ["heartbeat_run"] });
  });
});

function inShell(ai: Terminal, shell: string, flag: string, command: string): string {
  const env = { HOME: ai.home, PATH: [dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter), PAIOS_HOME: ai.path("paios") };
  const { stdout, stderr } = spawnSync(shell, [flag, command], { env, encoding: "utf8" });
  return stdout || stderr;
}

/** Types each answer when its question has been asked. util-linux' `script` gives the pseudo-terminal. */
function atTerminal(ai: Terminal, answers: [RegExp, string][]): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn("script", ["-qec", `stty cols 120 rows 40; '${process.execPath}' '${entry}' setup`, "/dev/null"], { env: { ...ai.env, TERM: "xterm", COLUMNS: "120" }, cwd: ai.home });
    let said = "";
    let asked = "";
    child.stdout.on("data", (part: Buffer) => {
      said += part.toString();
      asked += part.toString();
      const [next] = answers;
      if (!next?.[0].test(asked)) return;
      answers.shift();
      asked = "";
      // The prompt listens a moment after it is drawn.
      setTimeout(() => child.stdin.write(next[1]), 100);
    });
    child.on("close", (status) => resolve({ status, said }));
  });
}
