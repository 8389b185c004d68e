import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { terminal } from "./terminal.ts";

interface Hooks {
  changes: { path: string; diff: string }[];
  notes: string[];
}

it("INFRA-03 the real Codex trusts our hooks after setup, again when they changed, and nobody else's", async () => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  const node = ai.path("paios", "bin", "node");
  const own = "model = 'x' # mine\n";
  const hook = (command: string) => ({ hooks: [{ type: "command", command }] });
  const write = (flag: string) => ai.write(JSON.stringify({ hooks: { SessionStart: [hook(`${node} /opt/hook.js ${flag}`)], Stop: [hook("echo mine"), hook(`${node} -v; echo mine`)] } }), "codex", "hooks.json");
  ai.write(own, "codex", "config.toml");
  write("first");
  const plan = ai.json<Hooks>("setup", "--dry-run", "--client", "codex");
  // The plugin's own are in plugin.test.ts.
  expect(plan.notes.filter((note) => note.includes("trust") && !note.includes("apps/hooks"))).toEqual([`Codex will be told to trust this hook of ours, at sessionStart: ${node} /opt/hook.js first`]);
  ai.run("setup", "--yes", "--client", "codex");
  const trusted = () => [...ai.read("codex", "config.toml").matchAll(/codex\/hooks\.json:(\w+):\d+:\d+"\]\s+trusted_hash = "(sha256:\w+)"/g)].map(([, event, hash]) => ({ event, hash }));
  const [first] = trusted();
  expect(trusted()).toMatchObject([{ event: "session_start" }]);
  expect(ai.json<Hooks>("setup", "--dry-run", "--client", "codex").notes.filter((note) => note.includes("trust")), "Codex itself says trusted").toEqual([]);
  write("second");
  ai.run("setup", "--yes", "--client", "codex");
  expect(trusted()).toHaveLength(1);
  expect(trusted()[0]?.hash).not.toBe(first?.hash);
  ai.run("setup", "--uninstall", "--yes");
  expect(ai.read("codex", "config.toml")).toBe(own);
});
