import { fileURLToPath } from "node:url";
import { listing } from "@paios/shared/listing";
import { checkServer } from "@paios/shared/testing/conformance";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import type { ToolListing } from "@paios/shared/tool";
import { describe, expect, it } from "vitest";
import { fixtureTools } from "./fixture-tools.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const brokenTools: ToolListing[] = [
  {
    name: "broken_tool",
    description: "A tool.",
    inputSchema: { type: "object", properties: { text: { type: "string" } } },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  },
];

const faults = {
  banner: /stdout carries something else than JSON-RPC: Broken server/,
  discover: /an unknown method before initialize is answered with .*-32000/,
  "malformed ignored": /the line { not json is answered with nothing instead of error -32700/,
  "one protocol": /initialize with protocol 2025-11-25 is answered with "2025-06-18"/,
  "no instructions": /initialize gives no instructions/,
  "no tools": /tools\/list is empty/,
  "no prefix": /the tool tool does not carry the prefix broken_/,
  "hint missing": /the tool broken_tool does not state openWorldHint/,
  "other description": /the tool broken_tool is listed otherwise than in tools.json/,
  "unknown tool": /an unknown tool is answered with .* instead of error -32602/,
  "internal error": /arguments "text" for broken_tool is answered with .*-32603/,
  "field unnamed": /the answer to a wrong text for broken_tool does not name "text"/,
  "exit code": /stdin close ends it with exit code 3/,
  "slow end": /SIGTERM ends it after 1\d\d\d ms/,
  deaf: /SIGTERM ends it with SIGKILL/,
};

describe("checkServer", () => {
  it("finds nothing to say about a server built on serve()", async () => {
    using folder = temporaryFolder();
    const env = scratchEnvironment(folder.path);
    const call = { name: "test_wait", arguments: { milliseconds: 10_000 } };
    await checkServer({ entry: path("fixture-server.ts"), env, tools: fixtureTools.map(listing), call });
  });

  it("finds nothing in the server by hand while it keeps every promise", async () => {
    using folder = temporaryFolder();
    await checkServer({ entry: path("broken-server.ts"), env: scratchEnvironment(folder.path), tools: brokenTools });
  });

  it.each(Object.entries(faults))("finds the fault: %s", async (fault, sentence) => {
    using folder = temporaryFolder();
    const env = scratchEnvironment(folder.path, { FAULT: fault });
    await expect(checkServer({ entry: path("broken-server.ts"), env, tools: brokenTools })).rejects.toThrow(sentence);
  });
});
