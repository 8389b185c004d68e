import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Command, measured } from "./measured.ts";
import type { Sums } from "./truth.ts";

/** The best known reader of these files, fetched from the registry when the bench runs. */
export const version = "20.0.24";
const root = new URL("../..", import.meta.url).pathname;

/** Its program itself: the package's own script would add a Node process. */
function program(): string {
  const folder = join(root, "node_modules/.cache/paios-peers", `ccusage@${version}`);
  const path = join(folder, `node_modules/@ccusage/ccusage-${process.platform}-${process.arch}/bin/ccusage`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  execFileSync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", `ccusage@${version}`], { stdio: ["ignore", "ignore", "inherit"] });
  chmodSync(path, 0o755);
  return path;
}

/** A report of everything in a tree, with the prices it has with it. */
export function ccusage(report: "daily" | "session", tree: string, { home, openClaw = join(tree, "openclaw") }: { home: string; openClaw?: string }): Command {
  return { command: program(), args: [report, "--json", "--offline", "--timezone", "UTC"], env: { HOME: home, CLAUDE_CONFIG_DIR: join(tree, "claude"), CODEX_HOME: join(tree, "codex"), OPENCLAW_DIR: openClaw } };
}

const told = { inputTokens: "input", outputTokens: "output", cacheReadTokens: "cache reads", cacheCreationTokens: "cache writes" } as const;
type Told = Record<keyof typeof told, number>;

/** Its totals of a tree. */
export async function totalsOf(command: Command): Promise<Told> {
  const { stdout } = await measured(command);
  return (JSON.parse(stdout) as { totals: Told | null }).totals ?? { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 };
}

/** "input +3.4 %, output −4 %", or "" when all is right. */
export function deviation(totals: Told, { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens }: Sums): string {
  const right: Told = { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens: cacheWrite5mTokens + cacheWrite1hTokens };
  const wrong = (Object.keys(told) as (keyof Told)[]).filter((field) => totals[field] !== right[field]);
  return wrong.map((field) => `${told[field]} ${percent(totals[field], right[field])}`).join(", ");
}

function percent(value: number, right: number): string {
  const off = (100 * (value - right)) / right;
  return `${off < 0 ? "−" : "+"}${Math.abs(off).toFixed(1)} %`;
}
