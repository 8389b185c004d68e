import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { renderPlist } from "../../infra/src/launchd.ts";
import { type Place, placeService, type PlacedService } from "../../infra/src/place.ts";
import { services } from "../../infra/src/services.ts";
import { renderUnits } from "../../infra/src/systemd.ts";
import { lacks, script } from "./rig.ts";
import { parsePlist } from "./strict-plist.ts";

const example: Place = { home: "/home/person/.openclaw", userHome: "/home/person", repository: "/home/person/paios", node: "/home/person/.openclaw/bin/node", openclaw: "/usr/lib/node_modules/openclaw/openclaw.mjs", path: "/usr/local/bin:/usr/bin:/bin", environment: {}, canNotify: true };

/** What a path may hold, and shells, XML and units read otherwise. */
const hostile = `R&D <b> "q" 'a' \\ %h %% $HOME \${X} ]]> é 😀`;

describe("the generated files", () => {
  it.each(services.map(({ name }) => name))("%s is as committed under infra/", async (name) => {
    const placed = placed1(name, example);
    await expect(renderPlist(placed)).toMatchFileSnapshot(`../../infra/launchd/ai.paios.${name}.plist`);
    for (const unit of renderUnits(placed, example)) await expect(unit.text).toMatchFileSnapshot(`../../infra/systemd/${unit.name}`);
  });

  it("a plist says to a strict reader what was meant, whatever the paths hold", () => {
    const placed = placed1("emit-server", { ...example, home: `/h/${hostile}`, environment: { CODEX_HOME: hostile } });
    expect(parsePlist(renderPlist(placed))).toEqual({
      Label: "ai.paios.emit-server",
      ProgramArguments: placed.command,
      EnvironmentVariables: { CODEX_HOME: hostile, PATH: example.path, PAIOS_HOME: `/h/${hostile}`, PAIOS_SERVICE: "emit-server", PAIOS_SERVICE_MANAGER: "launchd" },
      WorkingDirectory: "/home/person",
      StandardOutPath: `/h/${hostile}/logs/emit-server.log`,
      StandardErrorPath: `/h/${hostile}/logs/emit-server.log`,
      Umask: 0o077,
      ExitTimeOut: 10,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 10,
    });
    expect(parsePlist(renderPlist(placed1("weekly-tasks", example)))).toMatchObject({ RunAtLoad: true, StartCalendarInterval: { Hour: 4, Minute: 40, Weekday: 0 } });
    for (const bad of ["\u0001", "\r", "\uD800"]) expect(() => renderPlist(placed1("emit-server", { ...example, home: `/h/${bad}` }))).toThrow("no property list can");
    for (const bad of ["a & b", "a < b", "&nbsp;"]) expect(() => parsePlist(renderPlist(placed).replace("ai.paios.emit-server", bad))).toThrow();
  });

  it("a unit refuses what it cannot hold", () => {
    for (const bad of ["\n", "\u0001"]) expect(() => renderUnits(placed1("emit-server", { ...example, home: `/h/${bad}` }), example)).toThrow("no unit can");
  });

  it("without systemd-notify there is no watchdog that nobody feeds", () => {
    const [unit] = renderUnits(placed1("emit-server", example), { canNotify: false });
    expect(unit?.text).not.toContain("WatchdogSec");
    expect(renderUnits(placed1("gateway", { ...example, openclaw: "/opt/bin/openclaw" }), example)[0]?.text).not.toMatch(/WatchdogSec|--import/);
  });
});

describe.skipIf(lacks("plists judged by plistutil", ["plistutil"]))("plistutil", () => {
  it.each(services.map(({ name }) => name))("reads %s without a word, and means the same by it", (name) => {
    using folder = temporaryFolder();
    const [file, binary, again] = ["list.plist", "list.bin", "again.plist"].map((each) => join(folder.path, each)) as [string, string, string];
    /** Its exit code is 0 whatever happens: what it says, on stdout or stderr by version, is the judgement. */
    const convert = (from: string, to: string, format: string) => spawnSync("plistutil", ["-i", from, "-o", to, "-f", format], { encoding: "utf8" }).output.join("");
    const text = renderPlist(placed1(name, { ...example, home: `/h/${hostile}` }));
    writeFileSync(file, text);
    expect([convert(file, binary, "bin"), convert(binary, again, "xml")]).toEqual(["", ""]);
    expect(parsePlist(readFileSync(again, "utf8"))).toEqual(parsePlist(text));
    writeFileSync(file, text.slice(0, 600));
    expect(convert(file, binary, "bin")).not.toBe("");
  });
});

describe.skipIf(lacks("units judged by systemd-analyze", ["systemd-analyze"]))("systemd-analyze verify", () => {
  it("finds nothing in any unit, whatever the paths hold, and something in a wrong one", () => {
    using folder = temporaryFolder();
    const home = join(folder.path, hostile.replaceAll("/", ""));
    mkdirSync(join(home, "bin"), { recursive: true });
    symlinkSync(process.execPath, join(home, "bin/node"));
    const files = services.flatMap(({ name }) => {
      const here = { ...example, home, userHome: home, repository: home, node: join(home, "bin/node"), openclaw: join(home, "openclaw.mjs") };
      return renderUnits(placed1(name, here), here).map(({ name, text }) => ({ file: join(folder.path, "units", name), text }));
    });
    const verify = () => spawnSync("systemd-analyze", ["verify", "--user", ...files.map(({ file }) => file)], { encoding: "utf8", env: { ...process.env, XDG_RUNTIME_DIR: folder.path, HOME: folder.path } });
    for (const { file, text } of files) put(file, text);
    expect(verify().stderr).toBe("");
    put(files[0]?.file ?? "", files[0]?.text.replace("KillMode=mixed", "KillMode=some") ?? "");
    expect(verify().stderr).toContain("kill mode");
  });
});

describe("the preamble", () => {
  const main = join(import.meta.dirname, "../../infra/dist/main.js");
  const start = (folder: string, program: string, extra: Record<string, string>) => {
    put(join(folder, "program.js"), program);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", main, join(folder, "program.js")], { encoding: "utf8", env: { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, PAIOS_HOME: folder, PAIOS_SERVICE: "emit-server", ...extra } });
    return { status, stdout, stderr };
  };

  it("lets a crash loop start nine times under launchd, then stays down with a reason and code 0; a clean end forgets", () => {
    using folder = temporaryFolder();
    const record = join(folder.path, "logs/emit-server.starts.json");
    const launchd = { PAIOS_SERVICE_MANAGER: "launchd" };
    expect(start(folder.path, "process.exitCode = 3;", launchd)).toEqual({ status: 3, stdout: "", stderr: "" });
    put(record, JSON.stringify({ starts: Array.from({ length: 9 }, () => Date.now() - 1_000) }));
    expect(start(folder.path, "console.log('began');", launchd)).toEqual({ status: 0, stdout: "", stderr: "emit-server was started 9 times in 30 minutes and ended each time. It stays down now. Next: ai services logs emit-server, then ai services restart emit-server\n" });
    put(record, JSON.stringify({ starts: [1, 2, 3].map((at) => Date.now() - at) }));
    expect(start(folder.path, "console.log('began');", launchd)).toMatchObject({ status: 0, stdout: "began\n" });
    expect(start(folder.path, "console.log(require('node:fs').existsSync(process.env.PAIOS_HOME + '/logs/emit-server.starts.json'));", {})).toMatchObject({ stdout: "false\n" });
  });

  it("runs once: not again in workers and forked children, and not where no service is", () => {
    using folder = temporaryFolder();
    put(join(folder.path, "logs/emit-server.starts.json"), JSON.stringify({ starts: [1, 2, 3].map((at) => Date.now() - at) }));
    const program = "const { Worker } = require('node:worker_threads'); const { fork } = require('node:child_process'); if (process.argv[2] === undefined) { new Worker('0', { eval: true }); fork(__filename, ['child']); } else { console.log('child'); process.exit(1); }";
    expect(start(folder.path, program, { PAIOS_SERVICE_MANAGER: "launchd" })).toEqual({ status: 0, stdout: "child\n", stderr: "" });
  });

  it("feeds systemd's watchdog as often as it asks, and keeps its variables from children", () => {
    using folder = temporaryFolder();
    script(join(folder.path, "bin"), "systemd-notify", `echo "$NOTIFY_SOCKET $*" >> '${folder.path}/fed'`);
    const { stdout } = start(folder.path, "console.log(process.env.NOTIFY_SOCKET, process.env.WATCHDOG_USEC); setTimeout(() => console.log(require('node:fs').readFileSync(process.env.PAIOS_HOME + '/fed', 'utf8')), 1000);", { NOTIFY_SOCKET: "/run/x", WATCHDOG_USEC: "600000" });
    expect(stdout).toMatch(/^undefined undefined\n(\/run\/x WATCHDOG=1\n){3,5}\n$/);
  });
});

function placed1(name: string, place: Place): PlacedService {
  const service = services.find((each) => each.name === name);
  const placed = service && placeService(service, place);
  if (!placed) throw new Error(`No service ${name}`);
  return placed;
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o644);
}
