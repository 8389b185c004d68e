import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { serverFolders } from "./server-folders.ts";

/** The rules that are checks, not paragraphs. Each returns the sentences that say what is wrong. */
const rules: Record<string, () => string[]> = {
  "every dependency is an exact version from the catalog (CHANGE-07)": () => {
    const catalog = readFileSync("pnpm-workspace.yaml", "utf8").matchAll(/^ {2}"?([@\w/.-]+)"?: (\S+)$/gm);
    const loose = [...catalog].filter(([, , version]) => !/^(\d+\.\d+\.\d+[\w.-]*|true|false|ignore|install|strict)$/.test(version ?? "")).map(([line]) => `pnpm-workspace.yaml: ${line.trim()} is not an exact version`);
    const outside = packageFiles().flatMap((file) => {
      const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>;
      return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
        .filter(([, version]) => version !== "catalog:" && version !== "workspace:*")
        .map(([name]) => `${file}: ${name} must be "catalog:"`);
    });
    return [...loose, ...outside, ...(existsSync("pnpm-lock.yaml") ? [] : ["pnpm-lock.yaml is missing"])];
  },
  "no file is two ideas": () =>
    sources()
      .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length }))
      .filter(({ lines }) => lines > 260)
      .map(({ file, lines }) => `${file} has ${lines} lines`),
  "servers import shared, never each other's insides": () =>
    sources()
      .filter((file) => /from "@paios\/[\w-]+\/(src|dist)|from "\.\.\/\.\.\/\.\.\/packages/.test(readFileSync(file, "utf8")))
      .map((file) => `${file} reaches into another package`),
  "no process.env below main": () =>
    sources()
      .filter((file) => file.startsWith("packages/") && !/shared\/src\/(home|client|process|serve)\.ts|\/testing\//.test(file))
      .filter((file) => /process\.env\b/.test(readFileSync(file, "utf8")))
      .map((file) => `${file} reads process.env; pass it down from the edge`),
  "a tool description is under 60 words": () =>
    serverFolders().flatMap((folder) => toolsOf(folder).filter(({ description }) => description.split(/\s+/).length > 60).map(({ name }) => `${name}: its description has over 60 words`)),
  "tool lists keep to their budget of tokens (FIT-01)": () => {
    const lists = serverFolders().map((folder) => ({ folder, what: `the list of ${folder}`, tokens: tokensOf(toolsOf(folder)), budget: 1_400 }));
    const five = { what: "the lists of the first five servers", tokens: lists.reduce((sum, { folder, tokens }) => sum + (folder.startsWith("packages/") ? tokens : 0), 0), budget: 5_000 };
    const all = { what: "the lists of all servers", tokens: lists.reduce((sum, { tokens }) => sum + tokens, 0), budget: 5_450 };
    const always = { what: "the tools in every request", tokens: tokensOf(serverFolders().flatMap((folder) => toolsOf(folder).filter(({ _meta }) => _meta?.["anthropic/alwaysLoad"]))), budget: 600 };
    return [...lists, five, all, always].filter(({ tokens, budget }) => tokens > budget).map(({ what, tokens, budget }) => `${what} has about ${tokens} tokens, over ${budget}`);
  },
  "shell scripts pass shellcheck, where it is installed": () => {
    try {
      execFileSync("shellcheck", ["--version"], { stdio: "ignore" });
    } catch {
      return [];
    }
    try {
      execFileSync("shellcheck", [".ci/run", ".githooks/pre-commit"], { encoding: "utf8" });
      return [];
    } catch (error) {
      return [String((error as { stdout?: string }).stdout)];
    }
  },
};

interface Listed {
  name: string;
  description: string;
  _meta?: { "anthropic/alwaysLoad"?: boolean };
}

function toolsOf(folder: string): Listed[] {
  return JSON.parse(readFileSync(`${folder}/tools.json`, "utf8")) as Listed[];
}

/** Four characters a token is what both CLIs' tokenizers come to on our lists. */
function tokensOf(tools: readonly Listed[]): number {
  return tools.length === 0 ? 0 : Math.ceil(JSON.stringify(tools).length / 4);
}

function sources(): string[] {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "packages/*.ts", "apps/*.ts", "infra/*.ts"], { encoding: "utf8" })
    .split("\n")
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && existsSync(file));
}

function packageFiles(): string[] {
  return ["package.json", "infra/package.json", ...["packages", "apps"].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}/package.json`))].filter((file) => existsSync(file));
}

const broken = Object.entries(rules).flatMap(([rule, check]) => check().map((sentence) => `${rule}\n    ${sentence}`));
for (const sentence of broken) console.error(`✘ ${sentence}`);
if (broken.length > 0) process.exit(1);
