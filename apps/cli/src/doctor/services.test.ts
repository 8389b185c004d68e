import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { thisMachine } from "../setup/machine.ts";
import { serviceFindings } from "./services.ts";

it("where there is no service manager, one plain sentence says so", async () => {
  using folder = temporaryFolder();
  expect(await serviceFindings(machineIn(folder.path))).toEqual([{ check: "services", status: "ok", detail: "This machine has neither systemd nor launchd, so PAIOS has no services here. Start its programs yourself." }]);
  program(folder.path, "systemctl", "exit 1");
  expect(await serviceFindings(machineIn(folder.path))).toEqual([{ check: "services", status: "ok", detail: "systemd runs no services for this user here (systemctl --user does not answer). Log in on the machine itself, or: sudo loginctl enable-linger $USER" }]);
});

it("LOG-01 names each service whose program is here and that is not enabled at boot, and its repair installs it", async () => {
  using folder = temporaryFolder();
  const machine = machineIn(folder.path, ["infra", "apps/emit-server"]);
  program(folder.path, "systemctl", systemctl(folder.path, { LoadState: "not-found", UnitFileState: "", ActiveState: "inactive" }));
  program(folder.path, "loginctl", "echo Linger=no");
  const [finding, ...others] = await serviceFindings(machine);
  expect([others, finding]).toEqual([[], expect.objectContaining({ check: "service emit-server", status: "warn", detail: "Not enabled at boot: it is not installed.", fix: "--fix installs, enables and starts it" })]);
  await finding?.repair?.();
  expect(existsSync(join(folder.path, ".config/systemd/user/paios-emit-server.service"))).toBe(true);
  expect(readFileSync(join(folder.path, "asked"), "utf8").split("\n")).toEqual(expect.arrayContaining(["--user --no-pager enable paios-emit-server.service", "--user --no-pager restart paios-emit-server.service"]));
});

it("says what is wrong with one that is installed, and that nothing starts before login", async () => {
  using folder = temporaryFolder();
  const machine = machineIn(folder.path, ["infra", "apps/emit-server"]);
  program(folder.path, "loginctl", "echo Linger=no");
  const found = async (state: Record<string, string>) => {
    program(folder.path, "systemctl", systemctl(folder.path, state));
    return (await serviceFindings(machine)).map(({ check, status, detail }) => `${status} ${check}: ${detail}`);
  };
  program(folder.path, "systemctl", systemctl(folder.path, { ActiveState: "inactive" }));
  await (await serviceFindings(machine))[0]?.repair?.();
  const login = "warn services at boot: Services start when you log in, not with the machine.";
  const loaded = { LoadState: "loaded", UnitFileState: "enabled", ActiveState: "active", SubState: "running" };
  expect(await found(loaded)).toEqual(["ok services: emit-server enabled at boot and well.", login]);
  expect(await found({ ...loaded, UnitFileState: "disabled" })).toEqual(["warn service emit-server: Not enabled at boot.", login]);
  expect(await found({ ...loaded, ActiveState: "inactive", SubState: "dead" })).toEqual(["warn service emit-server: It is enabled, but does not run.", login]);
  expect(await found({ ...loaded, ActiveState: "failed", SubState: "failed", Result: "watchdog" })).toEqual(["fail service emit-server: It failed: it stood still and was ended, and stays down.", login]);
  writeFileSync(join(folder.path, ".config/systemd/user/paios-emit-server.service"), "[Service]\n");
  expect(await found(loaded)).toEqual(["warn service emit-server: Its file is not as it would be written now.", login]);
});

/** Everything in one folder; of the repository only these parts are built. */
function machineIn(folder: string, built: readonly string[] = []) {
  for (const part of built) {
    mkdirSync(join(folder, part, "dist"), { recursive: true });
    writeFileSync(join(folder, part, "dist/main.js"), "");
  }
  return { ...thisMachine({ HOME: folder, PAIOS_HOME: join(folder, "paios"), PATH: join(folder, "bin") }), repository: folder };
}

/** Notes what it was asked, and says this state of emit-server; nothing else is there. */
function systemctl(folder: string, state: Record<string, string>): string {
  const block = Object.entries(state).map(([name, value]) => `${name}=${value}`).join("\\n");
  return `echo "$*" >> '${folder}/asked'
[ "$3" = show ] || exit 0
for word in "$@"; do case $word in paios-emit-server.service) printf '${block}\\n\\n';; *.service|*.timer) printf 'ActiveState=inactive\\n\\n';; esac; done
exit 0`;
}

function program(folder: string, name: string, text: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, "bin", name), 0o755);
}
