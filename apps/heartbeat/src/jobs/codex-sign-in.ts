import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { killGroup } from "@paios/shared/process";

type Environment = Record<string, string | undefined>;

/** When Codex's sign-in ends, epoch ms; "none" without one of its own, "unreadable" for a file that is not what it was. */
export function codexExpiry(environment: Environment): number | "none" | "unreadable" {
  let text: string;
  try {
    text = readFileSync(join(codexHome(environment), "auth.json"), "utf8");
  } catch {
    return "none";
  }
  try {
    const { tokens } = JSON.parse(text) as { tokens?: { access_token?: unknown } | null };
    const token = tokens?.access_token;
    // An API key has no end that could be known.
    return typeof token === "string" ? (expiryOf(token) ?? "unreadable") : "none";
  } catch {
    return "unreadable";
  }
}

/**
 * Has Codex renew its sign-in itself: nothing of ours touches its tokens. What its answer says is not used; whether it
 * worked shows in its own file. Resolves when it answered, ended, or took too long.
 */
export function renewCodex(environment: Environment, signal: AbortSignal, command = "codex", timeoutMs = 60_000): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(command, ["app-server"], { env: environment, cwd: homedir(), detached: true, stdio: ["pipe", "pipe", "ignore"] });
    const timer = setTimeout(() => end(), timeoutMs);
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      killGroup(child.pid);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    child.stdin.on("error", () => {});
    child.on("error", end).on("close", end);
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (idOf(line) === 2) end();
    });
    const ask = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
    ask({ id: 1, method: "initialize", params: { clientInfo: { name: "paios", title: "PAIOS heartbeat", version: "1" } } });
    ask({ method: "initialized" });
    ask({ id: 2, method: "account/read", params: { refreshToken: true } });
  });
}

function codexHome(environment: Environment): string {
  return environment["CODEX_HOME"] || join(environment["HOME"] || homedir(), ".codex");
}

/** The `exp` of a JSON web token, in epoch ms. */
function expiryOf(token: string): number | undefined {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as { exp?: unknown };
  return typeof claims.exp === "number" ? claims.exp * 1_000 : undefined;
}

function idOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { id?: unknown }).id;
  } catch {
    return undefined;
  }
}
