import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "@paios/shared/process";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { startBridge } from "./bridge.ts";
import expected from "./expected.json" with { type: "json" };

const entry = fileURLToPath(new URL("fixture-server.ts", import.meta.url));
const suite = fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"));
const suiteEnvironment = { PAIOS_CONFORMANCE_SUITE: "1" };

interface Check {
  status: "SUCCESS" | "FAILURE" | "WARNING" | "INFO";
  errorMessage?: string;
}

describe("the official conformance suite", () => {
  it("finds in Streamable HTTP exactly what we offer", async () => {
    using folder = temporaryFolder();
    const child = spawn(process.execPath, [entry, "--http", "127.0.0.1:0"], { env: scratchEnvironment(folder.path, suiteEnvironment), stdio: ["ignore", "ignore", "pipe"] });
    const exitCode = new Promise((resolve) => child.once("exit", resolve));
    try {
      compare(await outcomes(await printedUrl(child.stderr), folder.path));
    } finally {
      child.kill();
      expect(await exitCode).toBe(0);
    }
  });

  it("finds the same in stdio, through a bridge", async () => {
    using folder = temporaryFolder();
    const bridge = await startBridge({ entry, env: scratchEnvironment(folder.path, suiteEnvironment) });
    try {
      compare(await outcomes(bridge.url, folder.path));
    } finally {
      await bridge.close();
    }
  });
});

function compare(found: Map<string, Check[]>): void {
  const table = expected as Record<string, string>;
  expect(Object.fromEntries([...found].map(([scenario, checks]) => [scenario, verdict(checks)]))).toEqual(
    Object.fromEntries(Object.entries(table).map(([scenario, words]) => [scenario, words.split(":")[0]])),
  );
  // What is not offered is refused as such, and not by an accident.
  const failures = [...found.values()].flat().filter((check) => check.status === "FAILURE");
  for (const { errorMessage } of failures) expect(errorMessage).toMatch(/-32601: Method not found|-32602: name: no such tool/);
}

function verdict(checks: readonly Check[]): "pass" | "warn" | "fail" {
  if (checks.some((check) => check.status === "FAILURE")) return "fail";
  return checks.some((check) => check.status === "WARNING") ? "warn" : "pass";
}

async function outcomes(url: string, folder: string): Promise<Map<string, Check[]>> {
  const results = join(folder, "results");
  mkdirSync(results);
  await run({
    command: process.execPath,
    args: [suite, "server", "--suite", "all", "--url", url, "--output-dir", results],
    env: scratchEnvironment(folder),
    timeoutMs: 120_000,
    outputBytes: 16 * 1024 * 1024,
  });
  return new Map(
    readdirSync(results).map((name) => {
      const scenario = name.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT.*$/, "");
      return [scenario, JSON.parse(readFileSync(join(results, name, "checks.json"), "utf8")) as Check[]];
    }),
  );
}

function printedUrl(stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    stderr.on("data", (part: Buffer) => {
      printed += part.toString("utf8");
      const url = /http:\/\/\S+/.exec(printed)?.[0];
      if (url) resolve(url);
    });
    stderr.on("end", () => reject(new Error(`The server ended without listening: ${printed}`)));
  });
}
