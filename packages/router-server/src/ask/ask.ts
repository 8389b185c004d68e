import { setTimeout as wait } from "node:timers/promises";
import { type BrainEvent, type BrainName, type Dispatched, dispatch } from "@paios/brains";
import type { Context } from "@paios/shared/tool";
import { classify } from "../classify/classify.ts";
import type { Router } from "../router.ts";
import { storeDecision } from "../store/decisions.ts";
import { noteLimits } from "./limits.ts";
import { checkAttachment, checkFolder, checkTask } from "./request.ts";
import { beginRun, endRun } from "./runs.ts";

export interface Asked {
  task: string;
  brain?: BrainName | undefined;
  model?: string | undefined;
  cwd?: string | undefined;
  attachments?: readonly { path?: string | undefined; name?: string | undefined; mimeType?: string | undefined }[] | undefined;
  timeoutMs?: number | undefined;
}

export interface Answer {
  decisionId: number;
  traceId: string;
  runId: string;
  done?: Dispatched;
}

/** Clients end a call after two minutes; before that the answer is that it goes on. */
const patienceMs = 100_000;
const longestMs = 60 * 60_000;
const progressMs = 1_000;

/**
 * Decides who does a task, unless that is said, and has it done. Returns without `done` when it takes longer than a
 * client waits; the run goes on, and router_result has it. A brain asked for by name is not replaced by another.
 */
export async function ask({ task, brain, model, cwd, attachments = [], timeoutMs = longestMs }: Asked, context: Context<Router>): Promise<Answer> {
  const { state: router, span, caller, now, signal } = context;
  checkTask(task);
  const folder = cwd === undefined ? undefined : checkFolder(cwd);
  const files = attachments.map(checkAttachment);
  const { version, delta } = router.active();
  const guessed = classify(task, files, { weights: router.weights, delta, fallbackBrain: router.config.fallbackBrain, threshold: router.config.threshold });
  const decided = brain === undefined ? guessed : { ...guessed, brain, confidence: 1, margin: 1, fallback: false, reason: `${brain} was asked for.` };
  const decisionId = storeDecision(router.database, task, decided, { traceId: span.traceId, time: now(), client: caller.client, weightsVersion: version });
  span.set({ "paios.router.brain": decided.brain, "paios.router.decision": decisionId });
  const { brains, board, depth } = router.desk();
  const runId = beginRun(router.database, { decisionId, traceId: span.traceId, now: now() });
  const ended = new AbortController();
  const giveUp = () => ended.abort(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  const run = dispatch(
    brains,
    { task, model, cwd: folder, attachments: files, signal: ended.signal, onEvent: teller(context, (said) => noteLimits(router.home, said, now())), depth },
    { board, chosen: decided.brain as BrainName, failovers: brain === undefined ? 2 : 0, timeoutMs, task: span.traceId, onWait: ({ brain: busy, ahead, limit }) => context.progress(0, undefined, `${busy} has ${limit} runs at once; ${ahead} wait before this one.`) },
  );
  const stored = run.then(
    (done) => endRun(router.database, runId, { done }),
    (error: unknown) => endRun(router.database, runId, { error }),
  );
  // A failure to store it must not end the server; the answer itself still comes.
  stored.catch(() => {});
  const timer = new AbortController();
  try {
    const done = await Promise.race([run, wait(patienceMs, undefined, { signal: timer.signal, ref: false })]);
    await stored;
    return { decisionId, traceId: span.traceId, runId, ...(done && { done }) };
  } finally {
    timer.abort();
    // What outlasts this call is nobody's to cancel any more but the server's end.
    signal.removeEventListener("abort", giveUp);
  }
}

/** A line a second at most, and every change of tool or brain. */
function teller({ progress }: Context<Router>, limits: (said: object) => void): (event: BrainEvent) => void {
  let characters = 0;
  let told = 0;
  return (event) => {
    if (event.kind === "limits") return limits(event.said);
    if (event.kind === "text") characters += event.text.length;
    const message = event.kind === "progress" ? event.message : event.kind === "tool" ? `${event.name} ${event.state}` : `${characters} characters so far`;
    if (event.kind === "usage" || (event.kind === "text" && Date.now() - told < progressMs)) return;
    told = Date.now();
    progress(characters, undefined, message);
  };
}
