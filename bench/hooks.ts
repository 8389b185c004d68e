import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { closeKb, openKb } from "../packages/kb-server/src/kb.ts";
import { closeMemory, openMemory } from "../packages/kb-server/src/memory.ts";
import { scratchHome } from "./homes.ts";
import { interleaved, median, timed } from "./measure.ts";
import { judge, learnAll } from "./memory/judge.ts";
import { projects } from "./memory/sessions.ts";
import { type BenchResult, row } from "./result.ts";

const entry = fileURLToPath(new URL("../apps/hooks/dist/main.js", import.meta.url));
const times = 40;

/** What a hook adds to a session, whole process beside a bare Node, with 10,000 articles; and whether it brings the right thing. */
export async function bench(): Promise<BenchResult> {
  using home = await scratchHome(10_000);
  await closeKb(openKb(home.path));
  const memory = openMemory(home.path, 5_000);
  if (!memory) throw new Error("There is no knowledge base");
  const ids = learnAll(memory);
  const [tune, reported] = [judge(memory, ids, "tune"), judge(memory, ids, "reported")];
  closeMemory(memory);
  using work = temporaryFolder("paios-bench-");
  const folder = workTree(work.path);
  // As in the middle of a session: the writer runs already.
  mkdirSync(join(home.path, "spool/hooks"), { recursive: true });
  writeFileSync(join(home.path, "spool/hooks/drain.lock"), String(process.pid));
  let turn = 0;
  const hook = (event: string, more: object, answers: boolean) => () =>
    timed(() => {
      const input = JSON.stringify({ session_id: `bench-${turn++}`, transcript_path: join(work.path, "s.jsonl"), cwd: folder, hook_event_name: event, ...more });
      const { status, stdout } = spawnSync(process.execPath, [entry, event], { input, encoding: "utf8", env: { PATH: process.env["PATH"], HOME: work.path, PAIOS_HOME: home.path } });
      if (status !== 0 || (stdout !== "") !== answers) throw new Error(`${event} ended with ${status} and said ${stdout}`);
    });
  const cases = {
    bare: () => timed(() => spawnSync(process.execPath, ["-e", "0"], { input: "{}" })),
    SessionStart: hook("SessionStart", { source: "startup" }, true),
    UserPromptSubmit: hook("UserPromptSubmit", { prompt: "carry on with the webhook retry where we left off" }, true),
    "UserPromptSubmit that brings nothing": hook("UserPromptSubmit", { prompt: "write a limerick about otters" }, false),
    "PostToolUse of a tool that leaves nothing": hook("PostToolUse", { tool_name: "Read", tool_input: {}, tool_response: "text" }, false),
    "PostToolUse of a page": hook("PostToolUse", { tool_name: "WebFetch", tool_input: { url: "https://a.test/", prompt: "what" }, tool_response: { code: 200, url: "https://a.test/", result: "word ".repeat(200) } }, false),
    Stop: hook("Stop", { last_assistant_message: "All is well.", stop_hook_active: false }, false),
    SessionEnd: hook("SessionEnd", { reason: "other" }, false),
  };
  const { bare, ...measured } = await interleaved(times, cases);
  const floor = median(bare);
  const limits: Record<string, number> = { SessionStart: 60, UserPromptSubmit: 30, "UserPromptSubmit that brings nothing": 30 };
  const percent = (share: number) => Math.round(share * 1_000) / 10;
  return {
    name: "hooks",
    rows: [
      ...Object.entries(measured).map(([name, all]) => row(`${name}, over a bare Node`, { unit: "ms", ours: median(all) - floor, target: { atMost: limits[name] ?? 10 } })),
      row("right learning among the 3 at the start, reported half", { unit: "%", ours: percent(reported.atStart), target: { atLeast: 90 } }),
      row("the same, with what the first prompt brings", { unit: "%", ours: percent(reported.withPrompt) }),
      row("unrelated openings that get nothing, reported half", { unit: "%", ours: percent(reported.unrelatedSilent), target: { atLeast: 90 } }),
      row("new matters in a known project: the prompt brings nothing", { unit: "%", ours: percent(reported.freshSilent), target: { atLeast: 90 } }),
      row("right learning among the 3 at the start, tuned half", { unit: "%", ours: percent(tune.atStart) }),
      row("unrelated openings that get nothing, tuned half", { unit: "%", ours: percent(tune.unrelatedSilent) }),
    ],
    notes: [
      `node -e 0 took ${floor.toFixed(1)} ms; ${times} runs of each, in turns; the writer in the background runs already.`,
      "40 sessions in 8 projects, 40 openings, 40 unrelated ones and 40 new matters, written before the ranking (bench/memory); what is stored is what the hook's rules took from the sessions.",
    ],
  };
}

/** A project of the judged set as a repository: what the hook reads of git. */
function workTree(parent: string): string {
  const [project] = projects;
  if (!project?.remote) throw new Error("The first project has a remote");
  const folder = join(parent, "work");
  mkdirSync(folder);
  const git = (...args: string[]) => execFileSync("git", ["-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { stdio: "ignore" });
  git("init", "-b", "main");
  git("remote", "add", "origin", project.remote);
  for (let at = 0; at < 500; at++) writeFileSync(join(folder, `file-${at}.ts`), "export {};\n");
  git("add", ".");
  git("commit", "-m", "Retry webhook deliveries with a back-off");
  return folder;
}
