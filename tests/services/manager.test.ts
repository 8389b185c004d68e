import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { lacks, type Rig, scratchRepository, startRig, until } from "./rig.ts";
import { freePort } from "@paios/shared/testing/free-port";

interface Status {
  services: { name: string; state: string; enabled: boolean; pid?: number; restarts?: number; detail?: string; nextAt?: string }[];
}

/** Stands in for the scheduler: says what it was asked, and stays for `run`. */
const scheduler = `import { appendFileSync } from "node:fs";
appendFileSync(process.env.PAIOS_HOME + "/asked", process.argv.slice(2).join(" ") + "\\n");
if (process.argv[2] === "run") setInterval(() => {}, 1000);`;

const ours = ["emit-server", "daily-tasks", "weekly-tasks", "heartbeat"];

describe.skipIf(lacks("services under a real systemd --user", ["unshare", "nsenter", "dbus-daemon", "systemctl", "systemd-notify", "/lib/systemd/systemd"], true))("under a real systemd --user", () => {
  it("SERV-02 LOG-01 what is installed comes back after a reboot, and doctor names and enables what would not", async () => {
    using folder = temporaryFolder();
    using rig = await person(folder.path);
    expect(rig.ai("services", "install")).toMatchObject({ status: 2, stderr: expect.stringContaining("Add --yes to agree") as string });
    expect(rig.ai("services", "install", "--yes").status).toBe(0);
    expect(states(rig)).toEqual({ gateway: "not installed", "embedding-server": "not installed", "file-watcher": "not installed", "emit-server": "running", "daily-tasks": "waiting", "weekly-tasks": "waiting", heartbeat: "running" });
    expect(rig.json<Status>("services", "status").services.find(({ name }) => name === "daily-tasks")?.nextAt).toMatch(/T04:10:00Z$/);
    expect(existsSync(join(folder.path, "linger"))).toBe(true);

    await rig.halt();
    await rig.boot();
    await until("the services", () => states(rig)["emit-server"] === "running" && states(rig)["heartbeat"] === "running");
    expect(ours.map((name) => states(rig)[name])).toEqual(["running", "waiting", "waiting", "running"]);
    expect((await fetch(`http://127.0.0.1:${rig.port}/healthz`)).status).toBe(200);

    rig.run("systemctl", "--user", "disable", "paios-emit-server.service", "paios-daily-tasks.timer");
    const named = () => rig.json<{ findings: { check: string; detail: string }[]; repaired: string[] }>("doctor", "--no-probe").findings.filter(({ check }) => check.startsWith("service"));
    expect(named()).toEqual([
      { check: "services", status: "ok", detail: "weekly-tasks, heartbeat enabled at boot and well." },
      { check: "service emit-server", status: "warn", detail: "Not enabled at boot.", fix: "--fix enables and starts it" },
      { check: "service daily-tasks", status: "warn", detail: "Not enabled at boot.", fix: "--fix enables and starts it" },
    ]);
    expect(rig.json<{ repaired: string[] }>("doctor", "--no-probe", "--fix").repaired).toEqual(["service emit-server", "service daily-tasks"]);
    expect(named()).toEqual([{ check: "services", status: "ok", detail: `${ours.join(", ")} enabled at boot and well.` }]);
  });

  it("OBS-02 a service that was killed is back within a minute, and one that hangs is ended and started again", async () => {
    using folder = temporaryFolder();
    using rig = await person(folder.path);
    rig.ai("services", "install", "emit-server", "heartbeat", "--yes");
    await until("emit-server", () => pidOf(rig, "emit-server") > 0);
    // The hang is looked at with a shorter watchdog; the crash with the unit as it is.
    const quick = join(rig.home, ".config/systemd/user/paios-heartbeat.service.d");
    mkdirSync(quick);
    writeFileSync(join(quick, "quick.conf"), "[Service]\nWatchdogSec=2\nRestartSec=1\n");
    rig.run("systemctl", "--user", "daemon-reload");
    rig.run("systemctl", "--user", "restart", "paios-heartbeat.service");

    const [killed, first] = [pidOf(rig, "emit-server"), pidOf(rig, "heartbeat")];
    const back = signalAndWait(rig, "emit-server", "KILL", killed, 60_000);
    // Three times the limit: it is fed, or it would be gone by now.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(pidOf(rig, "heartbeat")).toBe(first);
    expect(await signalAndWait(rig, "heartbeat", "STOP", first, 20_000)).toBeLessThan(20_000);
    expect(await back).toBeLessThan(60_000);
    await until("its answer", async () => (await fetch(`http://127.0.0.1:${rig.port}/healthz`).catch(() => undefined))?.status === 200);
    expect(rig.json<Status>("services").services.filter(({ restarts }) => restarts === 1).map(({ name }) => name)).toEqual(["emit-server", "heartbeat"]);
  });

  it("one that ends at once is not started for ever, and restart begins anew", async () => {
    using folder = temporaryFolder();
    using rig = await person(folder.path, "process.exitCode = 1;");
    rig.ai("services", "install", "heartbeat", "--yes");
    const quick = join(rig.home, ".config/systemd/user/paios-heartbeat.service.d");
    mkdirSync(quick);
    writeFileSync(join(quick, "quick.conf"), "[Service]\nRestartSec=0\n");
    rig.run("systemctl", "--user", "daemon-reload");
    rig.ai("services", "restart", "heartbeat");
    await until("systemd to give up", () => states(rig)["heartbeat"] === "failed");
    expect(rig.ai("services")).toMatchObject({ status: 1, stdout: expect.stringMatching(/✘ heartbeat +failed, it ended with an error, and stays down/) as string });
    expect(rig.json<{ findings: unknown[] }>("doctor", "--no-probe").findings).toContainEqual({ check: "service heartbeat", status: "fail", detail: "It failed: it ended with an error, and stays down.", fix: "ai services logs heartbeat, then ai services restart heartbeat" });
    writeFileSync(join(folder.path, "repository/apps/heartbeat/dist/main.js"), scheduler);
    expect(rig.ai("services", "restart", "heartbeat").status).toBe(0);
    await until("it to stay", () => states(rig)["heartbeat"] === "running");
  });

  it("SERV-02 the daily run that a power-off swallowed is caught up at the next start", async () => {
    using folder = temporaryFolder();
    using rig = await person(folder.path);
    rig.ai("services", "install", "daily-tasks", "--yes");
    const asked = () => (existsSync(join(rig.home, ".openclaw/asked")) ? readFileSync(join(rig.home, ".openclaw/asked"), "utf8") : "");
    expect(asked()).toBe("");
    await rig.halt();
    const stamp = join(rig.home, ".local/share/systemd/timers/stamp-paios-daily-tasks.timer");
    const daysAgo = statSync(stamp).mtimeMs / 1_000 - 2 * 86_400;
    utimesSync(stamp, daysAgo, daysAgo);
    await rig.boot();
    // The run that follows every start comes after two minutes only.
    expect(await until("the daily run", () => asked() !== "", 20_000)).toBeLessThan(20_000);
    expect(asked()).toBe("due --tier daily\n");
  });

  it("LOG-13 nothing ends a service from inside it; rollback and uninstall take it out from outside", async () => {
    using folder = temporaryFolder();
    using rig = await person(folder.path, scheduler, `o'brien "R&D" %h $HOME \\`);
    rig.ai("services", "install", "emit-server", "--yes");
    const before = pidOf(rig, "emit-server");
    const inside = (...args: string[]) => rig.run("env", "PAIOS_SERVICE=emit-server", process.execPath, join(folder.path, "repository/apps/cli/dist/main.js"), ...args);
    appendFileSync(join(rig.home, ".config/systemd/user/paios-emit-server.service"), "# changed\n");
    for (const args of [["restart", "emit-server"], ["uninstall", "--yes"], ["install", "--yes"]]) {
      expect(inside("services", ...args)).toMatchObject({ status: 1, stderr: expect.stringContaining("This command runs inside the service emit-server") as string });
    }
    expect([pidOf(rig, "emit-server"), states(rig)["emit-server"]]).toEqual([before, "running"]);

    rig.ai("services", "install", "--yes");
    expect(rig.ai("rollback", "--yes").status).toBe(0);
    expect(rig.ai("services", "uninstall", "--yes").status).toBe(0);
    expect(["emit-server", "heartbeat"].map((name) => states(rig)[name])).not.toContain("failed");
    expect(rig.run("find", join(rig.home, ".config/systemd/user"), "-name", "paios-emit-server*").stdout).toBe("");
  });
});

async function person(folder: string, program = scheduler, name?: string): Promise<Rig & { port: number }> {
  const { repository, put } = scratchRepository(folder);
  put("apps/heartbeat/dist/main.js", program);
  const rig = await startRig(folder, repository, name);
  const port = await freePort();
  mkdirSync(join(rig.home, ".openclaw"));
  writeFileSync(join(rig.home, ".openclaw/paios.json"), JSON.stringify({ emit: { port } }));
  return Object.assign(rig, { port });
}

function states(rig: Rig): Record<string, string> {
  return Object.fromEntries(rig.json<Status>("services", "status").services.map(({ name, state }) => [name, state]));
}

function pidOf(rig: Rig, name: string): number {
  return Number(rig.run("systemctl", "--user", "show", "--value", "--property=MainPID", `paios-${name}.service`).stdout);
}

/** How long it takes until another process does its work; ms. */
async function signalAndWait(rig: Rig, name: string, signal: string, pid: number, timeoutMs: number): Promise<number> {
  if (!(pid > 1)) throw new Error(`${name} does not run`);
  rig.run("kill", `-${signal}`, String(pid));
  return until(`${name} to be back`, () => ![0, pid].includes(pidOf(rig, name)), timeoutMs);
}
