import { type Call, has, operands, type Value, valuesOf, words } from "./call.ts";
import { findRoots } from "./unwrap.ts";

/** They name files without showing what is in them, or use a key without telling it. */
const harmless = new Set(["ls", "stat", "test", "[", "[[", "file", "touch", "mkdir", "rmdir", "rm", "chmod", "chown", "chgrp", "du", "cd", "pushd", "find", "fd", "realpath", "readlink", "dirname", "basename", "ssh", "ssh-add", "ssh-keygen", "tree", "echo", "printf", "which", "type", "git-check-ignore", "tee", "unlink", "wc", "sha256sum", "export", "alias", "code", "open"]);
const recursive = new Set(["grep", "egrep", "rg", "ag", "ack", "tar", "bsdtar", "zip", "7z", "cp", "rsync", "ditto", "scp"]);
const patternFirst = new Set(["grep", "egrep", "fgrep", "rg", "ag", "ack", "sed", "gsed", "awk", "gawk", "jq", "yq"]);
const harmlessGit = new Set(["add", "rm", "check-ignore", "status", "log", "ls-files", "mv", "update-index", "commit", "clone", "init", "config", "push", "pull", "fetch", "restore", "checkout"]);

/** The files whose content a call shows, copies or hands on. */
export function readFiles(call: Call): Value[] {
  const { program, redirects } = call;
  const inputs = redirects.filter(({ operator }) => operator === "<" || operator === "<>").map(({ target }) => target);
  if (harmless.has(program)) return inputs;
  if (program === "git") return harmlessGit.has(operands(call, ["-C", "-c"])[0]?.text ?? "") ? inputs : [...inputs, ...call.args.map((value) => ({ ...value, text: value.text.slice(value.text.indexOf(":") + 1) }))];
  if (["docker", "podman", "docker-compose", "node", "deno", "bun", "npm", "pnpm", "yarn", "make", "python", "python3", "dotenv", "kubectl"].includes(program)) return inputs;
  const skip = patternFirst.has(program) && valuesOf(call, "-e", "-f", "--regexp").length === 0 ? 1 : 0;
  const all = operands(call, ["-e", "--regexp", "-g", "--glob", "-i", "-A", "-B", "-C", "-m", ...(program === "head" || program === "tail" ? ["-n", "-c"] : [])]).slice(skip);
  const sources = ["cp", "mv", "install", "ln", "rsync", "scp"].includes(program) && all.length > 1 ? all.slice(0, -1) : all;
  const options = call.args.filter(({ text }) => /^(?:-[a-zA-Z]|--[\w-]+=)@?[~/.\w]*[/.]/.test(text)).map((value) => ({ ...value, text: value.text.replace(/^(?:-[a-zA-Z]|--[\w-]+=)@?/, "") }));
  const pairs = all.filter(({ text }) => /^(?:if|file|in)=/.test(text) || /^[\w-]*=?@/.test(text)).map((value) => ({ ...value, text: value.text.replace(/^[\w-]*=?@?/, "") }));
  return [...inputs, ...sources, ...options, ...pairs];
}

/** Folders that a call reads with all that is below. */
export function readFolders(call: Call): Value[] {
  if (!recursive.has(call.program)) return [];
  const deep = ["rg", "ag", "ack", "tar", "bsdtar", "7z", "ditto"].includes(call.program) || has(call, "r", "R", "a") || has(call, "--recursive", "--archive");
  return deep ? readFiles(call) : [];
}

/** What a call removes with all that is below. */
export function removedFolders(call: Call): Value[] {
  const { program } = call;
  if (program === "rm" || program === "grm" || program === "srm") return has(call, "r", "R") || has(call, "--recursive") ? operands(call) : [];
  if (["rimraf", "del", "trash", "del-cli", "rd"].includes(program)) return operands(call);
  if (program === "find" && words(call).some((word) => word === "-delete")) return findRoots(call).map((root) => ({ ...root, text: `${root.text}/*` }));
  if (program === "rsync" && words(call).some((word) => word.startsWith("--del") || word === "--remove-source-files")) return operands(call).slice(-1).map((target) => ({ ...target, text: `${target.text}/*` }));
  if (program === "mv" && operands(call).at(-1)?.text === "/dev/null") return operands(call).slice(0, -1);
  if (program === "shred" || program === "wipe") return operands(call, ["-n", "-s"]);
  return [];
}
