import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { lacks, type Rig, scratchRepository, startRig, until } from "./rig.ts";

interface History {
  runs: { slot: string; status: string; attempt: number; note: string }[];
}

const quiet = { emit: { port: 9 }, obs: { outbox: { desktop: false } }, kb: { embeddings: { provider: "none" } }, heartbeat: { jobs: { "kb-inbox": { schedule: "every 1s" } } } };

describe.skipIf(lacks("the heartbeat under a real systemd --user", ["unshare", "nsenter", "dbus-daemon", "systemctl", "systemd-notify", "/lib/systemd/systemd"], true))("the real heartbeat under a real systemd --user", () => {
  it("INFRA-08 fires on schedule, shows each run, and goes on after a kill with no slot twice", async () => {
    using folder = temporaryFolder();
    const { repository } = scratchRepository(folder.path, ["apps/heartbeat"]);
    using rig = await startRig(folder.path, repository);
    const home = join(rig.home, ".openclaw");
    mkdirSync(join(home, "inbox"), { recursive: true });
    writeFileSync(join(home, "paios.json"), JSON.stringify(quiet));
    writeFileSync(join(home, "inbox/note.md"), "# Note\n\nThe heartbeat brought this in.");
    const heartbeat = (...args: string[]) => JSON.parse(rig.run(process.execPath, join(repository, "apps/heartbeat/dist/main.js"), "--json", ...args).stdout) as unknown;
    const done = () => (heartbeat("history", "kb-inbox") as History).runs.filter(({ status }) => status === "done");

    expect(rig.ai("services", "install", "heartbeat", "--yes").status).toBe(0);
    await until("three runs", () => done().length >= 3);
    expect(done().map(({ note }) => note)).toContain("1 of 1 files taken in.");
    rig.run("kill", "-KILL", String(pidOf(rig)));
    const before = done().length;
    await until("more runs after the kill", () => done().length > before, 60_000);
    const slots = done().map(({ slot }) => Date.parse(slot));
    expect(new Set(slots).size).toBe(slots.length);
    expect(slots.filter((slot) => slot % 1_000 !== slots[0]! % 1_000)).toEqual([]);
    expect(readFileSync(join(home, "logs/heartbeat.log"), "utf8")).toMatch(/runs \d+ jobs, at most 3 at once/);
  });
});

function pidOf(rig: Rig): number {
  return Number(rig.run("systemctl", "--user", "show", "--value", "--property=MainPID", "paios-heartbeat.service").stdout);
}
