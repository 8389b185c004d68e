import { type Call, has, operands, type Value, valuesOf } from "./call.ts";

const lastIsTarget = new Set(["cp", "mv", "install", "ln", "rsync", "scp", "ditto"]);
const allAreTargets = new Set(["tee", "touch", "rm", "rmdir", "unlink", "shred", "truncate", "mkdir", "mkfifo", "mknod", "chmod", "chown", "chgrp", "chattr", "setfacl", "srm", "trash", "wipe", "rimraf", "ssh-copy-id"]);
const editors = new Set(["vim", "vi", "nvim", "nano", "ed", "ex", "emacs", "pico"]);

/** The files and folders that a call makes, changes or removes. */
export function written(call: Call): Value[] {
  const { program, redirects, args } = call;
  const files = redirects.filter(({ operator }) => /^(?:>|>>|<>|>\||&>|&>>|>&)$/.test(operator)).map(({ target }) => target).filter(({ text }) => !/^(?:\d+|-)$/.test(text));
  return [...files, ...ofProgram(call, program, args)];
}

function ofProgram(call: Call, program: string, args: readonly Value[]): Value[] {
  if (lastIsTarget.has(program)) return [...operands(call, ["-t", "-m", "-o", "-g", "-S"]).slice(-1), ...valuesOf(call, "-t", "--target-directory"), ...(program === "mv" ? operands(call).slice(0, -1) : [])];
  if (allAreTargets.has(program)) return operands(call, ["-s", "-r", "-m", "--reference", "-n"]);
  if (program === "dd") return args.filter(({ text }) => text.startsWith("of=")).map((value) => ({ ...value, text: value.text.slice(3) }));
  if (program === "sed" || program === "gsed" || program === "perl") return has(call, "i") || has(call, "--in-place") ? operands(call, ["-e", "-f"]).slice(valuesOf(call, "-e", "-f").length > 0 ? 0 : 1) : [];
  if (program === "curl") return [...valuesOf(call, "-o", "--output", "--output-dir", "-c", "--cookie-jar", "-D"), ...remoteNamed(call)];
  if (program === "wget") return [...valuesOf(call, "-O", "--output-document", "-P", "--directory-prefix"), ...remoteNamed(call)];
  if (program === "aria2c") return valuesOf(call, "-o", "--out", "-d", "--dir");
  if (program === "tar" || program === "bsdtar") return valuesOf(call, "-C", "--directory");
  if (program === "unzip") return valuesOf(call, "-d");
  if (program === "patch" || program === "sponge" || editors.has(program)) return operands(call);
  if (program === "git") return valuesOf(call, "--output");
  if (program === "sort") return valuesOf(call, "-o", "--output");
  if (program === "ssh-keygen") return has(call, "R") || has(call, "l") || has(call, "F") || has(call, "y") ? [] : valuesOf(call, "-f");
  if (program === "defaults") return operands(call).slice(1, 2);
  if (program === "openssl" || program === "gpg" || program === "base64" || program === "xxd") return valuesOf(call, "-out", "-o", "--output");
  return [];
}

/** Named as on the other side, into the folder where it runs. */
function remoteNamed(call: Call): Value[] {
  return call.program === "wget" || has(call, "O") || has(call, "--remote-name") ? [{ text: ".", sure: true, inner: [] }] : [];
}
