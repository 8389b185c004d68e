import { styleText } from "node:util";
import { Command } from "commander";
import { listChanges } from "@paios/shared/change";
import { paiosHome } from "@paios/shared/home";
import { listBackups } from "@paios/shared/sqlite";
import { join } from "node:path";
import { outputOf, size } from "../output.ts";

interface Listed {
  changes: { id: string; time: string; what: string; files: string[]; rolledBack: boolean }[];
  databases: { path: string; time: string; bytes: number }[];
}

export function backupsCommand(): Command {
  return new Command("backups").description("what can be put back: changed files, and copies of databases; newest first").action(async (_options: unknown, command: Command) => {
    const { databases } = await import("../doctor/capabilities.ts");
    const home = paiosHome();
    const listed: Listed = {
      changes: listChanges(home).map(({ id, time, what, files, rolledBack }) => ({ id, time: new Date(time).toISOString(), what, files, rolledBack })),
      databases: databases.flatMap(({ name }) => listBackups(join(home, name))).map(({ path, time, bytes }) => ({ path, time: new Date(time).toISOString(), bytes })),
    };
    outputOf(command).print(listed, () => show(listed));
  });
}

function show({ changes, databases: copies }: Listed): string {
  if (changes.length + copies.length === 0) return "Nothing was changed or copied yet.";
  return [
    ...(changes.length > 0 ? [styleText("bold", "Changed files"), ...changes.map(({ id, files, rolledBack }) => `  ${id}${rolledBack ? styleText("dim", "  rolled back") : ""}\n${files.map((file) => styleText("dim", `      ${file}`)).join("\n")}`), "  To put the files of one back: ai rollback ID", ""] : []),
    ...(copies.length > 0 ? [styleText("bold", "Databases"), ...copies.map(({ path, time, bytes }) => `  ${time.slice(0, 16).replace("T", " ")}  ${size(bytes).padStart(7)}  ${path}`), "  To put the knowledge base back: ai kb restore PATH"] : []),
  ].join("\n").trimEnd();
}
