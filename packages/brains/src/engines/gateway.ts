import { randomUUID } from "node:crypto";
import { errorCode } from "@paios/shared/errors";
import type { Brain, BrainRequest, BrainResult } from "../brain.ts";
import { recognise } from "../errors/recognise.ts";
import { BrainFailure } from "../failure.ts";
import { handOver } from "./attachments.ts";
import { hostOf } from "./claude.ts";
import { profileKey } from "./credential.ts";
import { wholeJson } from "./http.ts";
import { nameOfKey } from "./local.ts";
import { objectAt, textAt } from "./lines.ts";

export interface GatewaySettings {
  /** Its root; hooks are below `/hooks`. */
  url: string;
  /** The profile that holds the hook token. */
  profile?: string | undefined;
  /** The Gateway's agent; by default its own choice. */
  agent?: string | undefined;
}

const maxAnswerBytes = 1024 * 1024;
const reachMs = 1_500;
/** Before anything was sent: nothing can have begun. */
const neverSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);
/** Statuses by which the Gateway says that it did not begin. */
const neverBegun = new Set([400, 401, 403, 404, 405, 408, 409, 413, 429, 502, 503]);

/**
 * An agent turn of the OpenClaw Gateway, at most once: it may send messages, so what may have begun is never tried
 * again. The Gateway tells how a turn ended, never what its model said.
 */
export function gatewayBrain(settings: GatewaySettings, home: string, clock: () => number = Date.now): Brain {
  const { url, profile } = settings;
  const host = hostOf(url);
  return {
    name: "gateway",
    provider: host,
    credential: () => nameOfKey(home, profile),
    pool: (model) => model ?? "default",
    abilities: { attachments: ["text/"], folder: false },
    available: async () => {
      if (profile === undefined) return { ok: false, reason: "No hook token is named. Store it (ai auth add gateway) and name it in brains.gateway.profile of paios.json." };
      const answered = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(reachMs), redirect: "error" }).then(({ ok }) => ok, () => false);
      return answered ? { ok: true } : { ok: false, reason: `No Gateway answers at ${host}. Start it: openclaw gateway` };
    },
    run: (request) => ask(settings, home, clock, request),
  };
}

async function ask({ url, profile, agent }: GatewaySettings, home: string, clock: () => number, request: BrainRequest): Promise<BrainResult> {
  const token = profileKey(home, profile);
  if (token === undefined) throw new BrainFailure("unavailable", "The Gateway's hook token is not named. Store it (ai auth add gateway) and name it in brains.gateway.profile of paios.json.");
  const { text: message } = await handOver(request.task, request.attachments, 0);
  const body = { message, name: "PAIOS", deliver: false, waitForCompletion: true, ...(agent !== undefined && { agentId: agent }), ...(request.model !== undefined && { model: request.model }) };
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}`, "idempotency-key": randomUUID() };
  const { signal } = request;
  const response = await fetch(`${url}/hooks/agent`, { method: "POST", headers, body: JSON.stringify(body), signal, redirect: "error" }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw lost(cause);
  });
  if (!response.ok) throw await refused(response, clock);
  const answer = await wholeJson(response, { who: "The Gateway", signal }, maxAnswerBytes).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw lost(cause);
  });
  return read(answer);
}

async function refused(response: Response, clock: () => number): Promise<BrainFailure> {
  await response.body?.cancel();
  const { status } = response;
  if (status === 404) return new BrainFailure("unavailable", "The Gateway has no hooks. Turn them on in OpenClaw: openclaw config set hooks.enabled true", { status });
  if (!neverBegun.has(status)) return lost(new Error(`HTTP ${status}`));
  return recognise({ who: "The Gateway", now: clock(), status, retryAfter: response.headers.get("retry-after") });
}

function read(answer: unknown): BrainResult {
  const completion = objectAt(answer, "completion");
  const runId = textAt(answer, "runId");
  const status = textAt(completion, "status");
  if (status === "") throw lost(new Error("no completion"));
  if (status !== "ok") throw new BrainFailure("request", "The Gateway's agent began the task and did not end it well. What it did before stays; see openclaw logs, then ask again.", {}, { cause: new Error(`status ${status.slice(0, 40)}`) });
  const said = { visible: "It replied there.", silent: "It chose not to reply.", empty: "It replied nothing." }[textAt(completion, "replyDisposition")] ?? "";
  return {
    text: `The Gateway's agent has done the task. ${said} Its words stay in the Gateway: run ${runId}.`.replace("  ", " "),
    model: "gateway",
    way: "http",
    usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0 },
    ...(runId !== "" && { sessionId: runId }),
  };
}

/** As a fault of the request it goes to nobody else and is not tried again: the Gateway may be at it. */
function lost(cause: unknown): BrainFailure {
  if (neverSent.has(codeOf(cause))) return new BrainFailure("transient", "The Gateway cannot be reached. Start it: openclaw gateway", {}, { cause });
  return new BrainFailure("request", "The Gateway may have begun the task, and how it ended is not known. Look at openclaw logs before asking again.", {}, { cause });
}

function codeOf(error: unknown): string {
  return errorCode(error) || (error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : "");
}
