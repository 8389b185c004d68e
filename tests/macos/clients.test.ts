import { fetchClients } from "@paios/shared/testing/client-fetch";
import { runClaude, runCodex } from "@paios/shared/testing/clients";
import { type ModelRequest, startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPng } from "./png.ts";
import { type Desk, lacks, registration, startDesk } from "./rig.ts";

describe.skipIf(lacks("screenshots in the real clients", ["Xvfb", "xsetroot"]))("INFRA-02 a screenshot", () => {
  let desk: Desk;
  // The first run fetches both clients (0.8 GB); it says so when it cannot.
  beforeAll(async () => {
    await fetchClients();
    desk = await startDesk();
    desk.run("xsetroot", ["-mod", "16", "16", "-fg", "#ff8000", "-bg", "#204060"]);
  }, 600_000);
  afterAll(() => desk?.end());

  it.each([
    ["Claude Code", runClaude],
    ["Codex", runCodex],
  ])("taken by the real %s is in its model's next request, with its path and scale", async (_, run) => {
    using folder = temporaryFolder();
    const mock = await startMockModels([{ tool: { server: "macos", name: "macos_screenshot", input: {} } }, { text: "I see it." }]);
    try {
      const result = await run({ prompt: "What is on my screen?", mock, servers: [registration(desk, folder.path)] });
      expect({ code: result.code, orphans: result.orphans, outside: mock.outside }, result.stderr).toEqual({ code: 0, orphans: [], outside: [] });
      const next = turnRequest(result.requests, 1);
      const answer = toolResults(next).at(-1);
      expect(answer?.images).toBe(1);
      const facts = JSON.parse(/\{.*\}/s.exec(answer?.text ?? "")?.[0] ?? "") as Record<string, unknown>;
      expect(facts).toMatchObject({ path: expect.stringContaining(folder.path) as string, width: 1454, height: 818, scale: 1454 / 1920, origin: { x: 0, y: 0 }, display: 1 });
      expect(readPng(pictureIn(next))).toMatchObject({ width: 1454, height: 818 });
    } finally {
      await mock.close();
    }
  });
});

/** The PNG in a request to a model, wherever its protocol puts it. */
function pictureIn({ body }: ModelRequest): Buffer {
  const base64 = /iVBORw0KGgo[A-Za-z0-9+/=]+/.exec(JSON.stringify(body))?.[0];
  if (base64 === undefined) throw new Error("The request holds no PNG");
  return Buffer.from(base64, "base64");
}
