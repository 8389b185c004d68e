import { type Call, has, operands, unknown, type Value, valuesOf, verbs, words } from "./call.ts";
import { isShell } from "./unwrap.ts";
import type { Rule } from "./rule.ts";
import { written } from "./written.ts";

const fetchers = new Set(["curl", "wget", "fetch", "http", "https", "xh", "httpie", "aria2c", "lynx", "w3m", "links", "nc", "ncat", "netcat", "socat", "telnet", "ftp", "scp", "sftp", "rclone", "ssh", "get", "invoke-webrequest", "iwr"]);
const netcats = new Set(["nc", "ncat", "netcat", "nc.openbsd", "nc.traditional"]);
const interpreters = /^(?:python[\d.]*|pypy[\d.]*|perl[\d.]*|ruby[\d.]*|node|nodejs|deno|bun|php[\d.]*|lua[\d.]*|luajit|tclsh|osascript|rscript|r|julia|groovy|scala|swift|powershell)$/;
const inlineOptions = ["-c", "-e", "-E", "-m", "-r", "-p", "-pe", "-ne", "-n", "--eval", "--print", "--command", "-M"];

export function isInterpreter(program: string): boolean {
  return isShell(program) || interpreters.test(program);
}

/** It takes its program from standard input. */
function runsItsInput(call: Call): boolean {
  if (!isInterpreter(call.program)) return false;
  if (words(call).some((word) => word === "-s" || word === "-" || word === "/dev/stdin" || word === "/proc/self/fd/0")) return true;
  return operands(call).length === 0 && !words(call).some((word) => inlineOptions.some((option) => word === option || (option.length === 2 && /^-[a-z]+$/.test(word) && isShell(call.program) && word.includes("c"))));
}

/** Only this machine is spoken to. */
function isLoopback(call: Call): boolean {
  const hosts = call.args.filter(({ text }) => /^[a-z]+:\/\//i.test(text) || /^(?:localhost|127\.|\[::1\]|::1)/.test(text));
  return hosts.length > 0 && hosts.every(({ text }) => /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|::1|0\.0\.0\.0)(?::|\/|$)/i.test(text));
}

const showers = new Set(["cat", "base64", "tar", "xxd", "head", "tail", "gzip", "zip", "od", "hexdump", "env", "printenv", "dd", "bzip2", "xz", "zstd", "gpg", "openssl", "less", "tac", "strings", "grep", "sed", "awk", "mysqldump", "pg_dump"]);

function showsFiles(inner: readonly Call[]): boolean {
  return inner.some((call) => showers.has(call.program) || call.redirects.some(({ operator }) => operator === "<"));
}

/** Classes about the network: 11, 12 and 13. */
export const networkRules: readonly Rule[] = [
  {
    id: 12,
    name: "handing out a shell over the network",
    test: (call) => {
      const { program, fed } = call;
      const text = words(call).join(" ");
      if (call.redirects.some(({ target }) => /^\/dev\/(?:tcp|udp)\//.test(target.text)) || call.args.some(({ text: word }) => /^\/dev\/(?:tcp|udp)\//.test(word))) return true;
      if (netcats.has(program)) return has(call, "e", "c", "--exec", "--sh-exec", "--lua-exec") || fed.some(({ program: before }) => isShell(before));
      if (program === "socat") return /\b(?:exec|system|shell):/i.test(text);
      if (isShell(program) && runsItsInput(call) && fed.some(({ program: before, args }) => netcats.has(before) || before === "telnet" || before === "socat" || (before === "openssl" && args[0]?.text === "s_client"))) return true;
      if (["ttyd", "gotty", "sshd", "dropbear", "tmate", "upterm", "in.telnetd", "telnetd", "webshell", "shellinaboxd"].includes(program)) return !(program === "sshd" && has(call, "t", "T"));
      if (program === "ssh") return has(call, "R");
      if (program === "ngrok" || program === "bore" || program === "cloudflared") return /\btcp\b|ssh:/.test(text);
      if (program === "xterm") return has(call, "-display");
      return (program === "awk" || program === "gawk") && /\/inet\d?\/(?:tcp|udp)\//.test(text);
    },
  },
  {
    id: 11,
    name: "running what was fetched from the network",
    test: (call, _, all) => {
      const { program, fed, args } = call;
      if (runsItsInput(call) && fed.some(({ program: before }) => fetchers.has(before))) return true;
      const taken = isInterpreter(program) || ["eval", "source", ".", "xargs"].includes(program);
      if (taken && args.some(({ inner }) => inner.some(({ program: before }) => fetchers.has(before)))) return true;
      if (call.redirects.some(({ target }) => target.inner.some(({ program: before }) => fetchers.has(before))) && isInterpreter(program)) return true;
      if (program === "deno") return verbs(call)[0] === "run" && args.some(({ text }) => /^https?:\/\//.test(text));
      if (/\b(?:iex|Invoke-Expression)\b/i.test(words(call).join(" ")) && (program === "pwsh" || program === "powershell")) return true;
      return ranAfterFetch(call, all);
    },
  },
  {
    id: 13,
    name: "uploading local files",
    test: (call) => {
      return uploads(call, call.fed) && !isLoopback(call);
    },
  },
];

/** A file that the same script fetched is started: by an interpreter, by its path, or after chmod. */
function ranAfterFetch(call: Call, all: readonly Call[]): boolean {
  const fetched = all.filter(({ program }) => program === "curl" || program === "wget").flatMap((each) => [...written(each), ...(each.program === "wget" || has(each, "O") ? operands(each).map((value) => ({ ...value, text: value.text.slice(value.text.lastIndexOf("/") + 1) })) : [])]);
  const names = new Set(fetched.filter(({ sure, text }) => sure && text !== "." && text !== "" && text !== "-").map(({ text }) => text.replace(/^\.\//, "")));
  if (names.size === 0) return false;
  if (isInterpreter(call.program) || call.program === "source" || call.program === ".") return operands(call).some(({ text }) => names.has(text.replace(/^\.\//, "")));
  if (call.program === "chmod") return /^\+x|[ugoa]\+x|^[0-7]*[1357]/.test(words(call)[0] ?? "") && operands(call).slice(1).some(({ text }) => names.has(text.replace(/^\.\//, "")));
  return [...names].some((name) => name.slice(name.lastIndexOf("/") + 1).toLowerCase() === call.program);
}

function uploads(call: Call, fed: readonly Call[]): boolean {
  const { program } = call;
  const fedFiles = showsFiles(fed) || call.redirects.some(({ operator }) => operator === "<");
  const handed = (values: readonly Value[]) => values.some(({ text, sure, inner }) => (!sure && showsFiles(inner)) || text.includes(`${unknown}\u0001`));
  const text = words(call).join(" ");
  if (program === "curl") {
    if (has(call, "T", "--upload-file") || valuesOf(call, "-T", "--upload-file").length > 0) return true;
    const forms = valuesOf(call, "-F", "--form").some(({ text: form }) => /=[@<]/.test(form));
    const data = valuesOf(call, "-d", "--data", "--data-binary", "--data-raw", "--data-ascii", "--data-urlencode", "--json");
    return forms || data.some(({ text: each }) => /^[\w-]*@/.test(each) && (!/^@-$/.test(each) || fedFiles)) || handed(call.args);
  }
  if (program === "wget") return has(call, "--post-file", "--body-file") || handed(call.args);
  if (/^(?:http|https|xh|httpie)$/.test(program)) return words(call).some((word) => /^[\w.-]*(?:[:=]?=?@|@)[\w./~-]/.test(word) && !/^https?:/.test(word)) || fedFiles;
  if (program === "scp" || program === "rsync") return isRemote(operands(call, ["-i", "-P", "-e", "-o", "-F", "-l", "--exclude", "--include"]).at(-1)?.text ?? "");
  if (program === "sftp" || program === "lftp" || program === "ftp" || program === "tftp") return fed.length > 0 || call.input !== undefined || has(call, "b", "e", "c") || /\bput\b/.test(text);
  if (netcats.has(program) || program === "telnet" || program === "socat") return fedFiles || /(?:file|open):/i.test(text);
  if (program === "ssh") return fedFiles;
  if (program === "aws") return verbs(call)[0] === "s3" && /^(?:cp|mv|sync)$/.test(verbs(call)[1] ?? "") && (verbs(call).at(-1) ?? "").startsWith("s3://") && !(verbs(call)[2] ?? "").startsWith("s3://") || /\bput-object\b/.test(text);
  if (program === "gsutil" || program === "mc" || program === "s3cmd" || program === "b2" || program === "rclone") return /\b(?:cp|mv|rsync|put|sync|upload|upload-file|copy|move|copyto|moveto)\b/.test(verbs(call)[0] ?? "") && /[:/]/.test(verbs(call).at(-1) ?? "") && !/^[./~]/.test(verbs(call).at(-1) ?? "");
  if (program === "gcloud") return /^storage (?:cp|mv|rsync) /.test(text) && (verbs(call).at(-1) ?? "").startsWith("gs:");
  if (program === "az") return /\bstorage blob upload/.test(text);
  if (program === "gh") return verbs(call)[0] === "gist" && verbs(call)[1] === "create";
  if (["croc", "wormhole", "transfer", "ffsend", "magic-wormhole", "termbin", "pastebinit", "bashupload"].includes(program)) return /^(?:send|tx)$/.test(verbs(call)[0] ?? "") || program === "pastebinit" || program === "transfer" || program === "bashupload";
  if (["dig", "nslookup", "host", "ping"].includes(program)) return handed(call.args);
  return false;
}

function isRemote(target: string): boolean {
  return /^(?:[\w.-]+@)?[\w.-]+:/.test(target) || /^(?:rsync|scp|sftp):\/\//.test(target);
}
