import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolResults } from "@paios/shared/testing/mock-models";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { startFaultyModel } from "./fakes/faulty-model.ts";
import { brainRig, request } from "./rig.ts";

/** What the model hears after it wanted a shell command in a real SDK session. */
async function heard(command: string, prepare: (work: string) => void = () => {}, settings: object = {}): Promise<string> {
  const model = await startFaultyModel({ command });
  using rig = await brainRig(model);
  const work = join(rig.folder, "work");
  prepare(work);
  writeFileSync(join(rig.folder, "claude", "settings.json"), JSON.stringify(settings));
  const controller = new AbortController();
  const running = rig.brain("claude", { ways: ["sdk"] }).run(request("Do it", { cwd: work, signal: controller.signal }).request);
  running.catch(() => {});
  await expect.poll(() => model.requests.length, { timeout: 30_000 }).toBeGreaterThan(1);
  controller.abort(new Error("seen"));
  await expect(running).rejects.toThrow("seen");
  const second = model.requests[1];
  if (!second) throw new Error("There was no second request");
  await model.close();
  return toolResults(second).map(({ text }) => text).join("\n");
}

it("SDK-03 a real SDK session is told no, and nothing is run", async () => {
  using outside = temporaryFolder();
  const said = await heard(`rm -rf ${outside.path}`);
  expect({ said, there: existsSync(outside.path) }).toEqual({ said: expect.stringContaining("PAIOS blocks deleting folders outside the working folder (class 1)") as string, there: true });
});

it("SDK-03 what Claude would run unasked, and what the person's own rules allow, is judged too", async () => {
  const prepare = (work: string) => writeFileSync(join(work, ".env"), "A=dummy-value");
  expect(await heard("cat .env", prepare)).toContain("(class 14)");
  expect(await heard("cat .env", prepare, { permissions: { allow: ["Bash", "Bash(cat:*)"] } })).not.toContain("dummy-value");
});

it("SDK-03 a harmless command runs in the working folder", async () => {
  expect(await heard("echo duck > a.txt && cat a.txt")).toBe("duck");
});
