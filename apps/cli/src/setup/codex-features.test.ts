import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { listFeatures, parseFeatures, planFeatures } from "./codex-features.ts";

// What codex 0.169.0 prints in an empty home, shortened.
const codex169 = `apply_patch_freeform                     removed            false
daemon_auto_start                        stable             true
enable_mcp_apps                          under development  false
guardianv2.thread_context                removed            false
hooks                                    stable             true
instant_interrupt                        under development  true
memories                                 stable             false
multi_agent                              deprecated         true
multi_agent_mode                         removed            false
multi_agent_v2                           stable             false
network_proxy                            experimental       false
sqlite                                   removed            true
`;

describe("parseFeatures", () => {
  it("reads what Codex prints", () => {
    expect(parseFeatures(codex169).map(({ name, stage, on }) => `${name} | ${stage} | ${on}`)).toEqual([
      "apply_patch_freeform | removed | false",
      "daemon_auto_start | stable | true",
      "enable_mcp_apps | under development | false",
      "guardianv2.thread_context | removed | false",
      "hooks | stable | true",
      "instant_interrupt | under development | true",
      "memories | stable | false",
      "multi_agent | deprecated | true",
      "multi_agent_mode | removed | false",
      "multi_agent_v2 | stable | false",
      "network_proxy | experimental | false",
      "sqlite | removed | true",
    ]);
  });

  it("passes over what is no feature, and over CRLF", () => {
    expect(parseFeatures("WARNING: proceeding, even though\r\n\r\nhooks  stable  true\r\nName Stage Enabled\r\nhooks true\r\n")).toEqual([{ name: "hooks", stage: "stable", on: true }]);
  });
});

describe("planFeatures", () => {
  it("INFRA-03 turns on what is off, leaves what is on, and says that sqlite is gone", () => {
    expect(planFeatures(parseFeatures(codex169))).toEqual({
      on: ["hooks", "multi_agent"],
      edits: [{ name: "memories", aliases: ["memory_tool"], value: true }],
      gone: ["sqlite"],
      missing: [],
    });
  });

  it.each([
    ["the new form where the old one is off too", ["multi_agent deprecated false", "multi_agent_v2 stable false"], "multi_agent_v2"],
    ["the new form alone", ["multi_agent removed true", "multi_agent_v2 stable false"], "multi_agent_v2"],
    ["the old form alone", ["multi_agent stable false"], "multi_agent"],
    ["a form that is not deprecated before a newer one that is", ["multi_agent stable false", "multi_agent_v2 deprecated false"], "multi_agent"],
    ["the oldest name", ["collab stable false"], "collab"],
  ])("INFRA-03 turns on the current form of multi-agent: %s", (_, lines, name) => {
    const { edits } = planFeatures(parseFeatures(lines.join("\n")));
    expect(edits.map((edit) => edit.name)).toEqual([name]);
  });

  it("INFRA-03 says what this Codex does not know, and edits nothing for it", () => {
    expect(planFeatures(parseFeatures("memories removed false\nsqlite stable true\n"))).toEqual({ on: [], edits: [], gone: [], missing: ["hooks", "memories", "multi_agent_v2"] });
  });
});

describe("listFeatures", () => {
  it("asks the program, in its folder and environment", async () => {
    using folder = temporaryFolder();
    const codex = program(folder.path, 'echo "$1_$2_$MARK stable true"; echo "$(pwd) stable true"');
    const features = await listFeatures(codex, { env: { PATH: "/usr/bin:/bin", MARK: "here" }, cwd: folder.path });
    expect(features.map(({ name }) => name)).toEqual(["features_list_here", folder.path]);
  });

  it("rejects for a program that hangs", async () => {
    using folder = temporaryFolder();
    const codex = program(folder.path, "exec sleep 30");
    await expect(listFeatures(codex, { env: { PATH: "/usr/bin:/bin" }, cwd: folder.path, timeoutMs: 200 })).rejects.toMatchObject({ code: "timed_out" });
  });
});

function program(folder: string, script: string): string {
  const path = join(folder, "codex");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
