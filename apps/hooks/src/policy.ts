import { redact } from "@paios/shared/redact";
import type { ToolUse } from "./input.ts";
import { string } from "./raw.ts";

/** A tool's result as it goes into the knowledge base. */
export interface Kept {
  type: "page" | "search" | "result" | "outcome";
  title: string;
  text: string;
  /** An URL, or a name under which the newest of its kind replaces the one before. */
  location: string;
  kind: "url" | "file";
}

interface Rule {
  /** Whole names of tools, as hooks see them. */
  tools: RegExp;
  keep: (tool: ToolUse) => Kept | undefined;
}

const leastChars = 200;
const mostChars = 50_000;
const outcomeLines = 25;
const titleChars = 120;
/** What they answer comes from PAIOS already. */
const ours = /^mcp__(?:plugin_paios_)?(?:kb|obs|router|analytics|macos|heartbeat)__/;
const start = /(?:^|[;&|\n]\s{0,8}|\b(?:npx|time|env) (?:-y )?)(?:\w+=\S*\s+){0,5}(?:npx (?:-y )?)?/;
const runner = /(?:npm|pnpm(?:@[\w.]+)?|yarn|bun|deno|cargo|go|make|just|gradle|\.\/gradlew|mvn|dotnet|swift|mix|rake|bundle exec|uv run|poetry run|python3? -m|npx|pnpm exec)\s+(?:(?:run|exec|-[\w=/.-]+)\s+)*/;
const check = /(?:test\w*|jest|vitest|pytest|unittest|rspec|check|lint|build|tsc|clippy|typecheck|type-check|verify|ctest|tox)\b/;
/** At the start of a command, after what is set for it. The shell's own `test` tests nothing of the project's. */
const checks = new RegExp(`${start.source}(?:${runner.source}|(?!test(?:\\s|$)))${check.source}`);
/** Not every command's exit code is known, and `| tail` hides it. */
const saysFailed = /\b(?:[1-9]\d{0,9} fail(?:ed|ing|ures?)|fail [1-9]|FAILED|BUILD FAILURE|error TS\d+|ELIFECYCLE|npm ERR!|Process exited with code [1-9]|Exit code [1-9])|^(?:FAIL|---? FAIL|make: \*\*\*|error\[E\d+\])/m;

/** What is worth keeping of what tools say. A tool that no rule names leaves nothing: files, edits and other commands are on the disk or were only looked at. */
const rules: readonly Rule[] = [
  { tools: /^WebFetch$/, keep: ({ input, output, url, failed }) => (failed ? undefined : page(url || string(input["url"]), string(input["prompt"]), output)) },
  { tools: /^(?:WebSearch|web_search)$/, keep: ({ input, output }) => long(output, { type: "search", title: `Search: ${string(input["query"])}`, location: `search:${string(input["query"])}`, kind: "file" }) },
  { tools: /^mcp__/, keep: (tool) => (ours.test(tool.name) || tool.failed ? undefined : mcpResult(tool)) },
  { tools: /^(?:Bash|exec_command|shell)$/, keep: outcome },
];

/** The same text with secrets taken out; undefined for what is not to be kept. */
export function keep(tool: ToolUse): Kept | undefined {
  const kept = rules.find(({ tools }) => tools.test(tool.name))?.keep(tool);
  return kept && { ...kept, title: (redact(kept.title) as string).slice(0, titleChars), text: redact(kept.text) as string, location: redact(kept.location) as string };
}

function page(url: string, asked: string, output: string): Kept | undefined {
  if (!/^https?:\/\//.test(url)) return undefined;
  // What was answered to one question does not replace the whole page, which may be there as well.
  const location = asked ? `${url.replace(/#.*$/s, "")}#asked=${asked.slice(0, titleChars).replace(/[\s"<>]+/g, "+")}` : url;
  return long(output, { type: "page", title: asked ? `${hostOf(url)}: ${asked}` : url, location, kind: "url" });
}

function mcpResult({ name, input, output }: ToolUse): Kept | undefined {
  const [, server = "", tool = ""] = name.split("__");
  const asked = Object.values(input).filter((value) => typeof value === "string").join(" ");
  return long(output, { type: "result", title: `${server} ${tool}: ${asked}`, location: `mcp:${server}/${tool}?${JSON.stringify(input).slice(0, 500)}`, kind: "file" });
}

/** How a test or a build ended, one for each command: the next replaces it. */
function outcome({ input, output, failed, interrupted }: ToolUse): Kept | undefined {
  const command = string(input["command"]) || string(input["cmd"]);
  if (interrupted || !checks.test(command) || output.trim() === "") return undefined;
  const lines = output.trimEnd().split("\n");
  const end = failed === true || saysFailed.test(output) ? "Failed" : failed === false ? "Passed" : "Ran";
  const text = [`\`${command.slice(0, 300)}\` ${end.toLowerCase()}.`, "", ...lines.slice(-outcomeLines)].join("\n");
  return { type: "outcome", title: `${end}: ${command}`, text: text.slice(0, mostChars), location: `outcome:${command.slice(0, 300)}`, kind: "file" };
}

function long(output: string, kept: Omit<Kept, "text">): Kept | undefined {
  const text = output.trim();
  return text.length < leastChars ? undefined : { ...kept, text: text.slice(0, mostChars) };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
