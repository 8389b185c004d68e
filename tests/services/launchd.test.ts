import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { scratchRepository, script } from "./rig.ts";

const uid = process.getuid?.();

/** Remembers what it was asked, and knows a service from bootstrap to bootout as launchd does. */
const launchctl = (folder: string) => `echo "$*" >> '${folder}/asked'
mkdir -p '${folder}/loaded'
name=\${2##*/}
case $1 in
bootstrap) name=\${3##*/}; if [ -e '${folder}/refuse' ]; then exit 5; fi; touch "${folder}/loaded/\${name%.plist}";;
bootout) rm -f "${folder}/loaded/$name";;
print) [ -e "${folder}/loaded/$name" ] || exit 113; printf '%s = {\\n\\tstate = running\\n\\truns = 3\\n\\tpid = 4711\\n\\tlast exit code = 1\\n}\\n' "$2";;
print-disabled) printf '\\tdisabled services = {\\n'; cat '${folder}/disabled' 2>/dev/null; printf '\\t}\\n';;
enable) rm -f '${folder}/disabled';;
esac`;

it("SERV-02 on macOS what is installed is loaded, seen, started anew and taken out by launchctl's own words", () => {
  using folder = temporaryFolder();
  const mac = macos(folder.path);
  expect(mac.ai("services", "install", "emit-server", "--yes").status).toBe(0);
  expect(mac.asked()).toEqual([`enable gui/${uid}/ai.paios.emit-server`, `bootstrap gui/${uid} ${mac.plist}`]);
  expect(mac.status()).toMatchObject({ installed: true, enabled: true, state: "running", pid: 4711, restarts: 2 });
  // Nothing to do is nothing done.
  expect(mac.ai("services", "install", "emit-server", "--yes").status).toBe(0);
  expect(mac.asked()).toEqual([]);

  writeFileSync(join(folder.path, "disabled"), '\t\t"ai.paios.emit-server" => disabled\n');
  expect(mac.status()).toMatchObject({ enabled: false });
  expect(mac.ai("doctor", "--no-probe", "--fix").stdout).toContain("Repaired: service emit-server");
  expect(mac.asked()).toEqual([`bootout gui/${uid}/ai.paios.emit-server`, `enable gui/${uid}/ai.paios.emit-server`, `bootstrap gui/${uid} ${mac.plist}`]);

  mac.ai("services", "restart", "emit-server");
  expect(mac.asked()).toEqual([`kickstart -k gui/${uid}/ai.paios.emit-server`]);
  expect(mac.ai("services", "uninstall", "--yes").status).toBe(0);
  expect([mac.asked(), existsSync(mac.plist)]).toEqual([[`bootout gui/${uid}/ai.paios.emit-server`], false]);
});

it("an installation that launchd refuses is put back", () => {
  using folder = temporaryFolder();
  const mac = macos(folder.path);
  writeFileSync(join(folder.path, "refuse"), "");
  expect(mac.ai("services", "install", "emit-server", "--yes")).toMatchObject({ status: 1, stderr: expect.stringContaining(`launchctl bootstrap gui/${uid} ${mac.plist} ended with code 5.`) as string });
  expect(existsSync(mac.plist)).toBe(false);
});

it("a Gateway that OpenClaw runs as a service of its own is watched, not installed", () => {
  using folder = temporaryFolder();
  const mac = macos(folder.path);
  script(join(folder.path, "bin"), "openclaw", "exit 0");
  expect(mac.ai("services", "install", "gateway", "--dry-run").stdout).toContain("ai.paios.gateway");
  writeFileSync(join(dirname(mac.plist), "ai.openclaw.gateway.plist"), "");
  expect(mac.ai("services", "install", "gateway", "--yes")).toMatchObject({ status: 1, stderr: expect.stringContaining("gateway is not installed: OpenClaw runs it as a service of its own; it is only watched.") as string });
  expect(mac.ai("services", "restart", "gateway").stderr).toContain("Next: openclaw gateway restart");
  expect(mac.ai("services").stdout).toMatch(/! gateway +stopped, OpenClaw runs it as a service of its own/);
});

it("names that are none, and services whose program is not there, are said plainly", () => {
  using folder = temporaryFolder();
  const mac = macos(folder.path);
  expect(mac.ai("services", "install", "emitserver")).toMatchObject({ status: 2, stderr: expect.stringContaining('"emitserver" is not a service. Those are: gateway, embedding-server') as string });
  expect(mac.ai("services", "install", "file-watcher", "--yes")).toMatchObject({ status: 1, stderr: expect.stringContaining("file-watcher is not installed: its program is not there yet (") as string });
  expect(mac.ai("services", "restart", "emit-server").stderr).toContain("emit-server is not installed. Next: ai services install emit-server");
  expect(mac.ai("services", "logs", "emit-server").stdout).toContain("Nothing is in ");
});

it("logs shows the last lines, also those moved away, and nothing that a terminal would obey", () => {
  using folder = temporaryFolder();
  const mac = macos(folder.path);
  const log = join(folder.path, "paios/logs/emit-server.log");
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(`${log}.1`, "one\ntwo\n");
  writeFileSync(log, "th\u001B[31mree\nfour\n");
  expect(mac.ai("services", "logs", "emit-server", "-n", "3").stdout).toBe("two\nth[31mree\nfour\n");
});

function macos(folder: string) {
  const { repository } = scratchRepository(folder);
  const agents = join(folder, "Library/LaunchAgents");
  mkdirSync(agents, { recursive: true });
  script(join(folder, "bin"), "launchctl", launchctl(folder));
  const env = scratchEnvironment(folder, { PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(":") });
  const ai = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, "apps/cli/dist/main.js"), ...args], { env, encoding: "utf8", input: "" });
    return { status, stdout, stderr };
  };
  return {
    plist: join(agents, "ai.paios.emit-server.plist"),
    ai,
    status: () => (JSON.parse(ai("--json", "services").stdout) as { services: { name: string }[] }).services.find(({ name }) => name === "emit-server"),
    /** What changes something, since the last time it was read. */
    asked: () => {
      const lines = readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
      writeFileSync(join(folder, "asked"), "");
      return lines.filter((line) => line !== "" && !line.startsWith("print"));
    },
  };
}
