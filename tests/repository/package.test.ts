import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { connect } from "@paios/shared/client";
import { run } from "@paios/shared/process";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { freshEnvironment, root } from "./environment.ts";

const limits = { timeoutMs: 170_000, outputBytes: 4_000_000 };

it("kb-server packs, installs alone from its tarball and runs through npx under Node 24", async () => {
  using folder = temporaryFolder("paios-pack-");
  const env = freshEnvironment(folder.path);
  const packed = await run({ command: "npx", args: ["-y", "pnpm@12", "pack", "--pack-destination", folder.path], cwd: join(root, "packages/kb-server"), env, ...limits });
  expect(packed.code, packed.stderr).toBe(0);
  const tarball = readdirSync(folder.path).find((file) => file.endsWith(".tgz")) ?? "";
  const empty = join(folder.path, "empty");
  mkdirSync(empty);
  writeFileSync(join(empty, "package.json"), '{"private": true}');
  const installed = await run({ command: "npm", args: ["install", "--no-audit", "--no-fund", join(folder.path, tarball)], cwd: empty, env, ...limits });
  expect(installed.code, installed.stderr).toBe(0);

  const kb = await connect({ command: "npx", args: ["--no-install", "paios-kb"], cwd: empty, env: { ...env, PATH: `${dirname(process.execPath)}:${env["PATH"]}` } });
  try {
    expect(kb.server.name).toBe("kb");
    await kb.call("kb_add", { title: "Packed", text: "A server from its own tarball stores a note." });
    expect(await kb.call("kb_search", { query: "what does the tarball store" })).toMatchObject({ results: [{ title: "Packed" }] });
  } finally {
    await kb.close();
  }
});
