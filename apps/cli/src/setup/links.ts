import { lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Edit } from "@paios/shared/change";
import { errorCode, UserError } from "@paios/shared/errors";
import type { Machine } from "./machine.ts";

/** Where every registration, hook and service starts Node from, so that one link is all that changes with it. */
export function nodeLink({ home }: Pick<Machine, "home">): string {
  return join(home, "bin", "node");
}

/** Where the link leads; undefined when there is none. */
export function nodeLinkTarget(machine: Pick<Machine, "home">): string | undefined {
  try {
    return readlinkSync(nodeLink(machine));
  } catch (error) {
    if (["ENOENT", "EINVAL", "ENOTDIR"].includes(errorCode(error))) return undefined;
    throw error;
  }
}

/** Makes or corrects the link in one step. Returns whether it had to. Throws UserError for a file of that name that is no link. */
export function linkNode(machine: Machine): boolean {
  const link = nodeLink(machine);
  if (nodeLinkTarget(machine) === machine.node) return false;
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === false) throw new UserError("config", `${link} is not a link and not ours. Move it away, then run ai setup again.`);
  mkdirSync(dirname(link), { recursive: true, mode: 0o700 });
  const temporary = `${link}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(machine.node, temporary);
  renameSync(temporary, link);
  return true;
}

export function unlinkNode(machine: Machine): void {
  if (nodeLinkTarget(machine) !== undefined) rmSync(nodeLink(machine), { force: true });
}

/** `<home>/bin/ai`: the command, under the Node of the link and not one that PATH has. */
export function aiCommand(machine: Machine): Edit {
  const { home, repository, files } = machine;
  return { path: files.ai, mode: 0o755, compute: () => aiScript(home, repository) };
}

function aiScript(home: string, repository: string): string {
  return `#!/bin/sh\n# Written by ai setup.\nexec ${quoted(join(home, "bin", "node"))} ${quoted(join(repository, "apps", "cli", "dist", "main.js"))} "$@"\n`;
}

/** For sh, bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
