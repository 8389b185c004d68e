import { setTimeout as wait } from "node:timers/promises";
import type { BrainRequest, BrainResult } from "../brain.ts";
import { recognise } from "../errors/recognise.ts";
import { BrainFailure } from "../failure.ts";
import type { CodexOptions } from "./codex.ts";
import { codexInput } from "./codex-input.ts";
import { codexTurn } from "./codex-turn.ts";
import { childEnvironment } from "./environment.ts";
import { lastLine } from "./last-line.ts";
import { objectAt, textAt } from "./lines.ts";
import { type BrainProcess, newMarker } from "./processes.ts";
import { type Peer, openPeer } from "./rpc-lines.ts";
import { runProcess } from "./run-process.ts";
import { withWorkplace } from "./workplace.ts";

/** How long Codex may take until a thread is open; a turn may take as long as the caller lets it. */
const beginMs = 20_000;
const interruptMs = 400;

/** Codex by its app-server: one process, one thread, one turn. */
export async function askCodexAppServer(options: CodexOptions, request: BrainRequest): Promise<BrainResult> {
  return withWorkplace(request.cwd, async ({ cwd, scratch }) => {
    const { text, pictures } = await codexInput(request, scratch);
    const marker = newMarker();
    const env = childEnvironment(options.environment, { depth: request.depth, own: options.ownVariables, passed: options.passedVariables, marker });
    return runProcess({ command: options.command, args: ["app-server"], cwd, env, marker, firstSignal: "SIGINT" }, request.signal, async (started) => {
      const turn = codexTurn(options, request, cwd);
      const peer = openPeer(started.child, turn);
      const thread = await begin(peer, started, options, request, cwd);
      const threadId = textAt(objectAt(thread, "thread"), "id");
      const input = [{ type: "text", text, text_elements: [] }, ...pictures.map((path) => ({ type: "localImage", path }))];
      const begun = peer.request("turn/start", { threadId, input });
      // Codex forgets its shells when it is ended in mid-turn, so it is told first.
      const interrupt = () => void begun.then((answer) => Promise.race([peer.request("turn/interrupt", { threadId, turnId: textAt(objectAt(answer, "turn"), "id") }), wait(interruptMs)])).catch(() => {});
      request.signal.addEventListener("abort", interrupt, { once: true });
      try {
        await Promise.race([begun.then(() => turn.done), peer.closed.then(() => endedEarly(started, options, false))]);
        return turn.finish({ sessionId: threadId, model: textAt(thread, "model") || options.defaultModel });
      } finally {
        request.signal.removeEventListener("abort", interrupt);
      }
    });
  });
}

async function begin(peer: Peer, started: BrainProcess, options: CodexOptions, { model, cwd: asked }: BrainRequest, cwd: string): Promise<unknown> {
  const timer = new AbortController();
  const late = wait(beginMs, undefined, { signal: timer.signal }).then(() => {
    throw new BrainFailure("transient", "Codex took too long to begin. Try again.", { otherWay: true });
  });
  late.catch(() => {});
  const talk = async () => {
    await peer.request("initialize", { clientInfo: { name: "paios", title: "PAIOS", version: "1" }, capabilities: { experimentalApi: true } });
    peer.notify("initialized");
    return peer.request("thread/start", { cwd, approvalPolicy: "on-request", sandbox: asked === undefined ? "read-only" : "workspace-write", ...(model !== undefined && { model }) });
  };
  try {
    return await Promise.race([talk(), late, peer.closed.then(() => endedEarly(started, options, true))]);
  } finally {
    timer.abort();
  }
}

async function endedEarly(started: BrainProcess, { clock }: CodexOptions, otherWay: boolean): Promise<never> {
  await started.closed;
  throw recognise({ who: "Codex", now: clock(), line: lastLine(started.stderr()), facts: { otherWay } });
}
