import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Obs } from "../obs.ts";
import { type Check, type CheckContext, notRunning, type Outcome } from "./check.ts";

const defaultPort = 18_789;
const answerChars = 65_536;

/** The OpenClaw Gateway, where it is configured: it must say itself that it is ready. */
export function gatewayChecks({ home }: Obs): Check[] {
  if (!existsSync(join(home, "openclaw.json"))) return [];
  return [{ name: "gateway", kind: "service", everyMs: 15_000, timeoutMs: 5_000, probe }];
}

async function probe({ obs, last }: CheckContext, signal: AbortSignal): Promise<Outcome> {
  const port = gatewayPort(readFileSync(join(obs.home, "openclaw.json"), "utf8"));
  let answer: Response;
  try {
    answer = await fetch(`http://127.0.0.1:${port}/ready`, { headers: { accept: "application/json" }, signal, redirect: "manual" });
  } catch (error) {
    if (signal.aborted) throw error;
    return notRunning(last, `127.0.0.1:${port}`, "Start it again: `openclaw gateway restart`.");
  }
  const text = (await answer.text()).slice(0, answerChars);
  if (answer.ok && saysReady(text)) return { status: "ok", detail: "It says that it is ready." };
  if (answer.ok) return { status: "fail", detail: `What answers on 127.0.0.1:${port} does not say that it is ready. Look at \`openclaw health\`.` };
  return { status: "fail", detail: `It is not ready (HTTP ${answer.status}). Look at \`openclaw health\`.` };
}

function saysReady(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "ready" in value && value.ready === true;
  } catch {
    return false;
  }
}

const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|[{}[\],:]|[^\s{}[\],:"'/]+|\//y;

/** `gateway.port` of a JSON5 text, else the Gateway's own default. */
function gatewayPort(text: string): number {
  const path: string[] = [];
  let key = "";
  let last = "";
  token.lastIndex = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [whole, double, single] = match;
    if (/^\s|^\/[/*]/.test(whole)) continue;
    if (whole === "{" || whole === "[") path.push(key);
    else if (whole === "}" || whole === "]") path.pop();
    else if (whole === ":") key = last;
    else if (path.length === 2 && path[1] === "gateway" && key === "port" && /^\d{1,5}$/.test(whole)) return Number(whole);
    if (whole === "," || whole === "{" || whole === "}") key = "";
    last = double ?? single ?? whole;
  }
  return defaultPort;
}
