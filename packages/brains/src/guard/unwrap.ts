import { resolve } from "node:path";
import { type Call, operands, unknown, type Value, valuesOf, verbs } from "./call.ts";

const shells = new Set(["sh", "bash", "zsh", "dash", "ksh", "mksh", "ash", "fish", "rbash", "csh", "tcsh", "yash", "pwsh"]);

export function isShell(program: string): boolean {
  return shells.has(program);
}

/** Programs that start the one named after their own options: which of these take a value, and how many operands come first. */
const prefixes: Record<string, { valued?: readonly string[]; skip?: number }> = {
  env: { valued: ["-u", "--unset", "-C", "--chdir"] },
  sudo: { valued: ["-u", "-g", "-h", "-p", "-C", "-T", "-D", "-R"] },
  doas: { valued: ["-u", "-C"] },
  nohup: {}, setsid: {}, command: {}, builtin: {}, unbuffer: {}, busybox: {}, toybox: {}, fakeroot: {}, chronic: {}, catchsegv: {}, "dbus-run-session": {}, "ssh-agent": {}, torsocks: {}, proxychains: {}, firejail: {}, time: { valued: ["-f", "-o"] },
  nice: { valued: ["-n"] },
  ionice: { valued: ["-c", "-n"] },
  stdbuf: { valued: ["-i", "-o", "-e"] },
  exec: { valued: ["-a"] },
  timeout: { valued: ["-s", "-k"], skip: 1 },
  gtimeout: { valued: ["-s", "-k"], skip: 1 },
  chrt: { skip: 1 },
  taskset: { skip: 1 },
  caffeinate: { valued: ["-t", "-w"] },
  flock: { valued: ["-w", "-E"], skip: 1 },
  strace: { valued: ["-e", "-o", "-p", "-s", "-u"] },
  ltrace: { valued: ["-e", "-o", "-p"] },
  chroot: { skip: 1 },
  unshare: {}, nsenter: { valued: ["-t"] }, "systemd-run": { valued: ["-p", "-u"] },
  npx: { valued: ["-p", "--package"] },
  bunx: {}, pnpx: {}, uvx: { valued: ["--from", "--with"] }, entr: {}, ts: {}, arch: {}, setarch: { skip: 1 }, linux64: {}, parallel: { valued: ["-j", "-I"] }, watch: { valued: ["-n"] }, sshpass: { valued: ["-p", "-f"] }, "start-stop-daemon": { valued: ["-p"] },
};

/** The same, where a verb decides. */
const verbPrefixes: Record<string, Record<string, number>> = {
  poetry: { run: 0 }, uv: { run: 0 }, pipenv: { run: 0 }, rye: { run: 0 }, hatch: { run: 0 }, bundle: { exec: 0 }, pnpm: { exec: 0, dlx: 0 }, yarn: { exec: 0, dlx: 0 }, npm: { exec: 0, x: 0 }, mise: { exec: 0, x: 0 }, direnv: { exec: 1 }, op: { run: 0 }, conda: { run: 0 },
  docker: { exec: 1 }, podman: { exec: 1 }, kubectl: { exec: 1 }, xcrun: {}, rtk: { proxy: 0 },
};
const verbValued = ["-n", "-e", "-u", "-w", "--user", "--env", "--workdir", "-c", "--container", "--namespace", "--with", "--package"];

/** The commands that a call starts as words; `folders` where it moves first. */
export function unwrap(call: Call): { argv: Value[]; folders?: string[] }[] {
  const { program, args } = call;
  if (program === "find" || program === "fd" || program === "fdfind") return ofFind(call);
  if (program === "xargs") return [{ argv: withItems(call) }];
  const verb = verbPrefixes[program];
  if (verb) {
    const [name = ""] = verbs(call, verbValued);
    const skip = verb[name];
    return skip === undefined ? [] : started(after(args.slice(args.findIndex(({ text }) => text === name) + 1), verbValued, skip));
  }
  const prefix = prefixes[program];
  if (!prefix || (program === "command" && /^-[vV]$/.test(args[0]?.text ?? ""))) return [];
  const rest = after(args, prefix.valued ?? [], prefix.skip ?? 0);
  if (program !== "env") return started(rest);
  const split = valuesOf(call, "-S", "--split-string").flatMap((value) => value.text.split(/\s+/).map((text) => ({ ...value, text })));
  const start = rest.findIndex(({ text }) => !/^\w+=/.test(text));
  const folders = valuesOf(call, "-C", "--chdir").flatMap((folder) => (folder.sure ? call.folders.map((each) => resolve(each, folder.text)) : []));
  return [...started(start < 0 ? [] : rest.slice(start), folders), ...started(split)];
}

/** The text a call runs as a script of its own, where it has one. */
export function scriptOf(call: Call): { text: string; sure: boolean; parameters?: Value[] } | undefined {
  const { program, args } = call;
  if (isShell(program)) {
    const at = args.findIndex(({ text }) => /^-[a-zA-Z]*c[a-zA-Z]*$/.test(text) || /^-(?:Command|EncodedCommand|enc?)$/i.test(text));
    if (at < 0) return undefined;
    const script = args.slice(at + 1).findIndex(({ text }) => !/^[-+]/.test(text));
    const value = args[at + 1 + script];
    return script < 0 || !value ? undefined : { text: value.text, sure: value.sure, parameters: args.slice(at + 2 + script) };
  }
  if (program === "eval") return text(args);
  if (program === "trap") return args[0] && args[0].text !== "-" ? text(args.slice(0, 1)) : undefined;
  if (program === "alias") return text(args.filter(({ text: each }) => each.includes("=")).map((value) => ({ ...value, text: value.text.slice(value.text.indexOf("=") + 1).replace(/^(['"])(.*)\1$/, "$2") })));
  if (program === "watch" || program === "parallel" || program === "entr") return text(after(args, ["-n", "-j"], 0));
  if (["script", "npx", "npm", "nix-shell", "flock", "tmux", "su", "nix", "expect"].includes(program)) return program === "tmux" ? ofTmux(call) : text(valuesOf(call, "-c", "--call", "--command", "--run").slice(0, 1));
  if (program === "ssh") return text(operands(call, ["-i", "-p", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-m", "-W", "-w"]).slice(1));
  if (program === "git") return ofGit(call);
  return undefined;
}

/** What an `echo` right before it says to a program, where the script has all of it. */
export function saidTo({ fed }: Call): string | undefined {
  const [first, more] = fed.filter(({ program }) => program !== "");
  if (!first || more || !first.args.every(({ sure }) => sure)) return undefined;
  const texts = first.args.map(({ text: each }) => each);
  if (first.program === "echo" && !/^-[nE]*e/.test(texts[0] ?? "")) return texts.filter((each, at) => at > 0 || each !== "-n").join(" ");
  if (first.program === "printf" && texts.length === 1 && !/[%\\]/.test(texts[0] ?? "")) return texts[0];
  return first.program === "printf" && texts.length > 1 && /^%s(?:\\n)?$/.test(texts[0] ?? "") ? texts.slice(1).join("\n") : undefined;
}

function text(values: readonly Value[]): { text: string; sure: boolean } | undefined {
  return values.length === 0 ? undefined : { text: values.map(({ text: each }) => each).join(" "), sure: values.every(({ sure }) => sure) };
}

function started(argv: Value[], folders: string[] = []): { argv: Value[]; folders?: string[] }[] {
  return argv.length === 0 ? [] : [{ argv, ...(folders.length > 0 && { folders }) }];
}

function after(args: readonly Value[], valued: readonly string[], skip: number): Value[] {
  let left = skip;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]?.text ?? "";
    if (word === "--") return args.slice(at + 1 + left);
    if (valued.includes(word)) at++;
    else if (!word.startsWith("-") || word === "-") {
      if (left === 0) return args.slice(at);
      left--;
    }
  }
  return [];
}

/** What git runs for itself: aliases, pagers and editors given on its command line. */
function ofGit(call: Call): { text: string; sure: boolean } | undefined {
  const settings = call.args.flatMap((value, at) => (value.text === "-c" || (value.text === "config" && at >= 0) ? call.args.slice(at + 1) : []));
  const commands = settings.flatMap((value, at) => {
    const found = /^(?:alias\.[\w-]+|core\.(?:pager|editor|sshcommand|fsmonitor|hookspath)|diff\.external|sequence\.editor|pager\.\w+|[\w.-]+\.(?:cmd|command|textconv|clean|smudge|process|helper))(?:=(.*))?$/is.exec(value.text);
    const own = found?.[1] ?? (found ? settings[at + 1]?.text : undefined);
    return own === undefined ? [] : [{ ...value, text: own.startsWith("!") ? own.slice(1) : /^alias\./i.test(value.text) ? `git ${own}` : own }];
  });
  return text(commands.slice(0, 1));
}

function ofTmux(call: Call): { text: string; sure: boolean } | undefined {
  const [verb = ""] = verbs(call);
  return /^(?:new|new-session|new-window|neww|split-window|splitw|send-keys|send|run|run-shell)$/.test(verb) ? text(operands(call, ["-s", "-n", "-t", "-c", "-x", "-y"]).slice(1).filter(({ text: each }) => !/^(?:Enter|C-m)$/.test(each))) : undefined;
}

/** `-exec … ;` with what is found in place of the braces. */
function ofFind(call: Call): { argv: Value[] }[] {
  const roots = findRoots(call);
  const commands: { argv: Value[] }[] = [];
  for (let at = 0; at < call.args.length; at++) {
    if (!/^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(call.args[at]?.text ?? "")) continue;
    const rest = call.args.slice(at + 1);
    const end = rest.findIndex(({ text: each }) => each === ";" || each === "+");
    const argv = (end < 0 ? rest : rest.slice(0, end)).flatMap((value) => (value.text.includes("{}") ? roots.map((root) => ({ ...root, text: value.text.replaceAll("{}", `${root.text}/*`) })) : [value]));
    commands.push({ argv: call.program === "find" || rest.some(({ text: each }) => each.includes("{}")) ? argv : [...argv, ...roots] });
  }
  return commands;
}

export function findRoots(call: Call): Value[] {
  const here: Value = { text: ".", sure: true, inner: [] };
  if (call.program !== "find") return [...operands(call, ["-e", "-t", "-d", "-E"]).slice(1), here].slice(0, 5);
  const end = call.args.findIndex(({ text: each }) => /^[-(!]/.test(each) && !/^-[HLPDO]/.test(each));
  const roots = (end < 0 ? call.args : call.args.slice(0, end)).filter(({ text: each }) => !/^-[HLPDO]/.test(each));
  return roots.length === 0 ? [here] : roots;
}

/** `xargs` gives what its input names: files below a folder that is searched, words that are said, or nobody knows what. */
function withItems(call: Call): Value[] {
  const valued = ["-I", "-i", "-n", "-P", "-L", "-d", "-E", "-s", "-a", "--max-args", "--max-procs", "--replace", "--delimiter"];
  const argv = after(call.args, valued, 0);
  const items = itemsOf(call.fed);
  const [mark] = [...valuesOf(call, "-I", "--replace", "-i"), ...(call.args.some(({ text: each }) => each === "-i") ? [{ text: "{}", sure: true, inner: [] }] : [])];
  if (!mark) return [...argv, ...items];
  return argv.flatMap((value) => (value.text.includes(mark.text) ? items.map((item) => ({ ...item, text: value.text.replaceAll(mark.text, item.text), sure: value.sure && item.sure })) : [value]));
}

const listers = new Set(["rg", "grep", "ag", "ack"]);
/** They pass lines on, fewer or in another order. */
const filters = new Set(["grep", "egrep", "rg", "sort", "uniq", "head", "tail", ""]);

function itemsOf(fed: readonly Call[]): Value[] {
  const nobodyKnows: Value[] = [{ text: unknown, sure: false, inner: [...fed] }];
  const [first, ...rest] = fed.filter(({ program }) => program !== "");
  if (!first || rest.some((call) => !filters.has(call.program))) return nobodyKnows;
  if (first.program === "find" || first.program === "fd") return findRoots(first).map((root) => ({ ...root, text: `${root.text}/*` }));
  if (first.program === "git" && /^(?:ls-files|diff)$/.test(verbs(first)[0] ?? "")) return [{ text: "./*", sure: true, inner: [] }];
  if (listers.has(first.program)) return operands(first).slice(1).map((root) => ({ ...root, text: `${root.text}/*` })).concat({ text: "./*", sure: true, inner: [] });
  if (first.program === "ls") return operands(first).length === 0 ? [{ text: "./*", sure: true, inner: [] }] : nobodyKnows;
  if (first.program === "echo" || (first.program === "printf" && first.args.length > 0)) return first.args.flatMap((value) => value.text.split(/(?:\s|\\n|\\0)+/).filter((each) => each !== "").map((each) => ({ ...value, text: each })));
  return nobodyKnows;
}
