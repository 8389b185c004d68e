import { has, operands, valuesOf, verbs, words } from "./call.ts";
import { readFiles, readFolders, removedFolders } from "./files.ts";
import { holdsPrivate, isAccounts, isInside, isLog, isOurs, isPrivate, isRawDevice, isStartUp, mayBe } from "./places.ts";
import type { Rule } from "./rule.ts";
import { written } from "./written.ts";

/** Classes about files: 1, 2, 7, 8, 14, 16, 18 and 29. */
export const fileRules: readonly Rule[] = [
  {
    id: 2,
    name: "writing to a raw device",
    test: (call) => written(call).some((value) => mayBe(call, value, isRawDevice)),
  },
  {
    id: 29,
    name: "clearing logs or the shell's history",
    test: (call, place) => {
      const { program } = call;
      if (program === "history") return has(call, "c", "d", "w");
      if (program === "journalctl") return has(call, "--vacuum-size", "--vacuum-time", "--vacuum-files", "--rotate");
      if (program === "dmesg") return has(call, "C", "c", "--clear", "--read-clear");
      if (program === "wevtutil" || program === "auditctl") return words(call).some((word) => word === "cl" || word === "-D");
      if (program === "log") return words(call)[0] === "erase";
      if (program === "set") return /(?:^|\s)\+o history/.test(words(call).join(" "));
      if (program === "unset" && words(call).some((word) => /^HIST(?:FILE|SIZE|FILESIZE)$/.test(word))) return true;
      if (call.assigned.some(({ name, value }) => /^HIST(?:FILE|SIZE|FILESIZE|CONTROL|IGNORE)$/.test(name) && /^(?:|0|\/dev\/null|ignore(?:space|both)|\*)$/.test(value.text))) return true;
      return [...written(call), ...removedFolders(call)].some((value) => mayBe(call, value, (path) => isLog(path, place)));
    },
  },
  {
    id: 18,
    name: "changing the configuration or hooks of PAIOS, Claude, Codex or OpenClaw",
    test: (call, place) => {
      const [verb = "", next = ""] = verbs(call, ["-c", "--profile", "--model"]);
      if (call.program === "claude") return ["config", "mcp", "plugin", "plugins", "install", "update", "setup-token", "auth"].includes(verb) && !["list", "get"].includes(next);
      if (call.program === "codex") return ["mcp", "features", "plugin", "login", "logout"].includes(verb) && !["list", "get"].includes(next);
      if (call.program === "openclaw") return !["status", "health", "logs", "doctor", "version", ""].includes(verb) && !["list", "get", "show", "probe", "status"].includes(next);
      if (call.program === "ai") return ["setup", "uninstall", "auth", "rollback", "restore", "update"].includes(verb);
      return [...written(call), ...removedFolders(call)].some((value) => mayBe(call, value, (path) => isOurs(path, place)));
    },
  },
  {
    id: 10,
    name: "changing users or passwords",
    test: (call) => {
      const programs = ["passwd", "useradd", "usermod", "userdel", "adduser", "deluser", "groupadd", "groupmod", "groupdel", "addgroup", "delgroup", "chpasswd", "chage", "vipw", "vigr", "visudo", "gpasswd", "newusers", "chsh", "chfn", "sysadminctl"];
      if (programs.includes(call.program)) return true;
      if (call.program === "dscl") return words(call).some((word) => /^-?(?:create|delete|passwd|append|change|merge)$/.test(word));
      if (call.program === "net") return words(call)[0] === "user" && call.args.length > 1;
      return written(call).some((value) => mayBe(call, value, isAccounts));
    },
  },
  {
    id: 1,
    name: "deleting folders outside the working folder",
    test: (call, place) => removedFolders(call).some((value) => !isInside(call, value, place)),
  },
  {
    id: 7,
    name: "changing owners or modes of whole folders outside the working folder",
    test: (call, place) => {
      if (!["chmod", "chown", "chgrp", "setfacl", "chattr", "xattr"].includes(call.program) || !(has(call, "R") || has(call, "--recursive"))) return false;
      const all = operands(call, ["-m", "-x", "--reference"]);
      const targets = valuesOf(call, "--reference").length > 0 || call.program === "setfacl" ? all : all.slice(1);
      return targets.some((value) => !isInside(call, value, place, true));
    },
  },
  {
    id: 8,
    name: "setting setuid, setgid or capabilities",
    test: (call) => {
      if (call.program === "setcap" || call.program === "capsh") return true;
      const modes = call.program === "chmod" ? words(call).slice(0, 3) : call.program === "install" || call.program === "mkdir" ? valuesOf(call, "-m", "--mode").map(({ text }) => text) : [];
      return modes.some((mode) => /^[ugoa]*[+=][rwxXt]*s/.test(mode) || /,[ugoa]*[+=][rwxXt]*s/.test(mode) || /^0?[2-7]\d{3}$/.test(mode));
    },
  },
  {
    id: 16,
    name: "writing to ~/.ssh, to what a shell reads at its start, or to a folder of programs",
    test: (call, place) => call.program === "ssh-copy-id" || (call.program === "ssh-keygen" && valuesOf(call, "-f").length === 0 && !has(call, "l", "F", "y")) || written(call).some((value) => mayBe(call, value, (path) => isStartUp(path, place))),
  },
  {
    id: 14,
    name: "reading private keys, credentials or an .env",
    test: (call, place) => {
      const { program } = call;
      const [first = "", second = ""] = verbs(call);
      if (program === "security") return /^(?:find-|dump-|export|unlock)/.test(first);
      if (program === "secret-tool" || program === "keyring" || program === "kwallet-query") return first !== "" && first !== "store";
      if (program === "pass") return !["", "ls", "list", "find", "version", "help"].includes(first);
      if (program === "gpg" || program === "gpg2") return has(call, "--export-secret-keys", "--export-secret-subkeys");
      if ((program === "op" && ["read", "item", "document", "inject"].includes(first)) || (program === "bw" && ["get", "export", "list"].includes(first))) return true;
      if (program === "vault" && ["read", "kv"].includes(first) && second !== "put") return true;
      if (program === "git" && first === "credential") return true;
      if (program === "kubectl" && first === "get" && /^secrets?(?:$|\/)/.test(second)) return has(call, "o", "--output");
      if (program === "aws" && (first === "secretsmanager" || first === "ssm") && second.startsWith("get-")) return true;
      if (program === "gcloud" && first === "secrets") return words(call).includes("access");
      if (readFiles(call).some((value) => mayBe(call, value, (path) => isPrivate(path, place)))) return true;
      return readFolders(call).some((value) => mayBe(call, value, (path) => holdsPrivate(path, place)));
    },
  },
];
