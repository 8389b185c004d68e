import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { Command } from "commander";
import { type ImportOutcome, importPaths } from "@paios/kb-server";
import { connect } from "@paios/shared/client";
import { intakeSink } from "@paios/shared/sink";
import { createTracer } from "@paios/shared/trace";
import { UserError } from "@paios/shared/errors";
import { paiosHome } from "@paios/shared/home";
import { readServers } from "../setup/servers.ts";
import { interruptible } from "../interruptible.ts";
import { withKb } from "../knowledge.ts";
import { type Output, outputOf } from "../output.ts";
import { showImport } from "./kb/import.ts";
import { type SearchAnswer, showAnswer } from "./kb/search.ts";
import { showTraces, type TraceAnswer } from "./trace.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const demoProject = "demo";
const demoQuestion = "How do I register the knowledge base in Codex by hand?";

interface Up {
  home: string;
  project: string;
  imported: ImportOutcome;
  servers: { name: string; version: string; tools: number; startMs: number }[];
  question: string;
  answer: SearchAnswer;
  answerMs: number;
  /** What that question did, asked of obs. */
  trace: TraceAnswer | undefined;
  /** Who would have been given that question. */
  routed: { brain: string; category: string; confidence: number } | undefined;
  /** What the clients on this machine used so far, asked of analytics. */
  used: { rows: { key: string; requests: number; outputTokens: number }[] } | undefined;
  /** What can be seen and done on the desktop, asked of macos. */
  desktop: { driver: string; abilities: { name: string; ok: boolean; fix?: string }[] } | undefined;
  /** What runs by itself, and when, asked of the heartbeat. */
  jobs: { jobs: { name: string; nextAt: string | null; lastRun: object | null }[] } | undefined;
}

export function upCommand(): Command {
  return new Command("up")
    .description("prepare the home, bring something in, start every server as a client would and ask it a question")
    .option("--from <folder>", "your own notes or documents; without it, this project's docs as project \"demo\"")
    .option("--ask <question>", "what to ask")
    .option("--setup", "register the servers in Claude Code and Codex afterwards, as ai setup does")
    .option("-y, --yes", "with --setup: agree to what it changes")
    .exitOverride()
    .action(async ({ setup, yes = false, ...options }: { from?: string; ask?: string; setup?: boolean; yes?: boolean }, command: Command) => {
      const output = outputOf(command);
      const up = await bringUp(options, output);
      output.print(up, () => show(up, setup ?? false));
      if (setup) await (await import("../setup/run.ts")).runSetup({ yes }, output, interruptible());
    });
}

async function bringUp({ from, ask }: { from?: string; ask?: string }, output: Output): Promise<Up> {
  const home = paiosHome();
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const project = from === undefined ? demoProject : basename(resolve(from));
  const bar = output.progress("Importing");
  const imported = await withKb((kb) =>
    importPaths(kb, from === undefined ? demoPaths() : [resolve(from)], {
      project,
      // Package READMEs are other people's words.
      trust: from === undefined ? "external" : "person",
      signal: interruptible(),
      progress: bar.update,
    }),
  ).finally(() => bar.end());
  if (imported.files === 0) throw new UserError("not_found", `${from ?? root} has no Markdown, text, HTML, PDF, DOCX or subtitle files. Give another folder: start -- --from DIR`);

  const servers: Up["servers"] = [];
  let asked: (Pick<Up, "question" | "answer" | "answerMs"> & { traceId: string }) | undefined;
  let trace: TraceAnswer | undefined;
  let routed: Up["routed"];
  let used: Up["used"];
  let desktop: Up["desktop"];
  let jobs: Up["jobs"];
  const tracer = createTracer("cli", intakeSink(home));
  for (const { args, env } of readServers(root, home)) {
    const started = performance.now();
    const client = await connect({ command: process.execPath, args, env });
    try {
      const tools = await client.tools();
      servers.push({ ...client.server, tools: tools.length, startMs: Math.round(performance.now() - started) });
      if (tools.includes("kb_search")) {
        const question = ask ?? (from === undefined ? demoQuestion : await questionAbout(client, project));
        const before = performance.now();
        asked = await tracer.span({ category: "cli", action: "ai up" }, async ({ traceId }) => {
          const answer = await client.call<SearchAnswer>("kb_search", { query: question, limit: 3, project });
          return { question, answer, answerMs: Math.round(performance.now() - before), traceId };
        });
      }
      if (asked && tools.includes("obs_trace")) {
        tracer.flush();
        trace = await client.call<TraceAnswer>("obs_trace", { traceId: asked.traceId });
      }
      if (tools.includes("analytics_usage")) used = await client.call<NonNullable<Up["used"]>>("analytics_usage", { groupBy: "client" });
      if (tools.includes("macos_doctor")) desktop = await client.call<NonNullable<Up["desktop"]>>("macos_doctor", {});
      if (tools.includes("heartbeat_list")) jobs = await client.call<NonNullable<Up["jobs"]>>("heartbeat_list", {});
      if (asked && tools.includes("router_classify")) routed = await client.call<NonNullable<Up["routed"]>>("router_classify", { task: asked.question });
    } finally {
      await client.close();
    }
  }
  if (!asked) throw new UserError("unavailable", "No server offers kb_search. Next: npx -y pnpm@12 build");
  const { question, answer, answerMs } = asked;
  return { home, project, imported, servers, question, answer, answerMs, trace, routed, used, desktop, jobs };
}

/** A question that this person's own material should answer: about its latest article. */
async function questionAbout(client: Awaited<ReturnType<typeof connect>>, project: string): Promise<string> {
  const { articles } = await client.call<{ articles: { title: string }[] }>("kb_list", { project, limit: 1 });
  return `What do my notes say about ${articles[0]?.title ?? project}?`;
}

/** The project's docs and the READMEs of the packages it installed: a few hundred real documents on any machine. */
function demoPaths(): string[] {
  const store = join(root, "node_modules", ".pnpm");
  const readmes = (existsSync(store) ? readdirSync(store) : []).flatMap((folder) => {
    const name = folder.slice(0, folder.lastIndexOf("@") > 0 ? folder.indexOf("@", 1) : undefined).replace("+", "/");
    return ["README.md", "readme.md"].map((file) => join(store, folder, "node_modules", name, file)).filter((path) => existsSync(path)).slice(0, 1);
  });
  return [join(root, "docs"), join(root, "README.md"), ...serverReadmes(), ...readmes].filter((path) => existsSync(path));
}

function serverReadmes(): string[] {
  const packages = join(root, "packages");
  return readdirSync(packages).filter((name) => name.endsWith("-server")).map((name) => join(packages, name, "README.md"));
}

function show(up: Up, setup: boolean): string {
  const tick = styleText("green", "✔");
  return [
    `${tick} home ${up.home}`,
    `${tick} ${showImport(up.project, up.imported)}`,
    ...up.servers.map((server) => `${tick} ${server.name} ${server.version}: ${server.tools} tools, listed ${server.startMs} ms after its start`),
    "",
    `${styleText("bold", up.question)}  ${styleText("dim", `(${up.answerMs} ms through MCP, first call of a fresh process)`)}`,
    "",
    showAnswer(up.answer),
    "",
    ...(up.trace ? [`${styleText("bold", "What that did")}  ${styleText("dim", "(asked of the observability server)")}`, "", showTraces(up.trace), ""] : []),
    ...(up.routed ? [`The router would give that question to ${styleText("bold", up.routed.brain)} (${up.routed.category.replace("_", " ")}, ${Math.round(up.routed.confidence * 100)} % sure)`, ""] : []),
    ...(up.used ? [showUsed(up.used)] : []),
    ...(up.desktop ? [showDesktop(up.desktop)] : []),
    ...(up.jobs ? [showJobs(up.jobs)] : []),
    "",
    "Next:",
    "  npx -y pnpm@12 ai kb search \"your question\"      ask it here",
    "  npx -y pnpm@12 start -- --from ~/notes            bring in a folder of your own",
    ...(up.project === demoProject ? ["  npx -y pnpm@12 ai kb forget --project demo        remove this demo"] : []),
    "  npx -y pnpm@12 ai trace                           what was called last, and what that did",
    ...(setup ? [] : ["  npx -y pnpm@12 ai setup                           register everything in Claude Code and Codex"]),
  ].join("\n");
}

function showUsed({ rows }: NonNullable<Up["used"]>): string {
  const clients = rows.map(({ key, requests, outputTokens }) => `${key} ${requests.toLocaleString("en-US")} requests, ${outputTokens.toLocaleString("en-US")} tokens written`);
  return `Used on this machine so far: ${clients.join("; ") || "nothing that Claude Code, Codex or OpenClaw kept"}  ${styleText("dim", "(ai usage shows cost and limits)")}`;
}

function showJobs({ jobs }: NonNullable<Up["jobs"]>): string {
  const next = jobs.filter(({ nextAt }) => nextAt !== null).toSorted((a, b) => ((a.nextAt ?? "") < (b.nextAt ?? "") ? -1 : 1))[0];
  const ran = jobs.some(({ lastRun }) => lastRun !== null);
  const when = ran && next ? `next is ${next.name} at ${new Date(next.nextAt ?? "").toLocaleTimeString()}` : "none has run yet";
  return `The heartbeat has ${jobs.length} jobs; ${when}  ${styleText("dim", ran ? "(npx -y pnpm@12 heartbeat list)" : "(npx -y pnpm@12 ai services install starts it with the machine)")}`;
}

function showDesktop({ driver, abilities }: NonNullable<Up["desktop"]>): string {
  const works = abilities.filter(({ ok }) => ok).map(({ name }) => name);
  const missing = abilities.filter(({ ok }) => !ok);
  if (works.length === 0) return `The desktop (${driver}): nothing can be seen from here  ${styleText("dim", `(${missing[0]?.fix ?? "macos_doctor tells why"})`)}`;
  return `The desktop (${driver}): ${works.join(", ")}${missing.length > 0 ? `; not ${missing.map(({ name }) => name).join(", ")}  ${styleText("dim", "(macos_doctor tells the fix of each)")}` : ""}`;
}
