import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findProgram } from "@paios/shared/find-program";

export const root = join(import.meta.dirname, "../..");
const packageList = readFileSync(new URL("packages.txt", import.meta.url), "utf8").trim().split("\n");

/** Says once, plainly, what is missing; for `describe.skipIf(lacks(…))`. */
export function lacks(part: string, programs: readonly string[], needsRoot = false): boolean {
  const missing = programs.filter((program) => findProgram(program, process.env["PATH"]) === undefined);
  if (missing.length > 0) console.log(`Skipped: ${part}, because ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not here. Next: apt-get install --no-install-recommends ${packageList.join(" ")}`);
  else if (needsRoot && !canUnshare()) console.log(`Skipped: ${part}, because this user may not make namespaces and mounts (it needs root on Linux).`);
  else return false;
  return true;
}

/** `ai` and the services' programs in a folder of their own, so that a test can say which programs are there. */
export function scratchRepository(folder: string, more: readonly string[] = []): { repository: string; put: (program: string, source: string) => void } {
  const repository = join(folder, "repository");
  for (const built of ["apps/cli", "apps/emit-server", "infra", ...more]) {
    cpSync(join(root, built, "dist"), join(repository, built, "dist"), { recursive: true });
    cpSync(join(root, built, "package.json"), join(repository, built, "package.json"));
    symlinkSync(join(root, built, "node_modules"), join(repository, built, "node_modules"));
  }
  for (const shared of ["packages", "package.json", "node_modules"]) symlinkSync(join(root, shared), join(repository, shared));
  const put = (program: string, source: string) => {
    mkdirSync(dirname(join(repository, program)), { recursive: true });
    writeFileSync(join(repository, program), source);
  };
  return { repository, put };
}

/** A program of a test on PATH. */
export function script(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

export interface Said {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Rig {
  /** Of the person: HOME. */
  home: string;
  path: string;
  run: (command: string, ...args: string[]) => Said;
  ai: (...args: string[]) => Said;
  /** The same with --json; throws when nothing was said. */
  json: <T>(...args: string[]) => T;
  /** As after the machine's start. */
  boot: () => Promise<void>;
  /** As at its shutdown. */
  halt: () => Promise<void>;
  [Symbol.dispose]: () => void;
}

/** A real `systemd --user` with a bus, in namespaces and a cgroup of its own. */
export async function startRig(folder: string, repository: string, name = "person"): Promise<Rig> {
  const [home, bin] = [join(folder, name), join(folder, "bin")];
  mkdirSync(home);
  script(bin, "loginctl", `F='${folder}/linger'\ncase $1 in\nenable-linger) touch "$F";;\nshow-user) [ -e "$F" ] && echo Linger=yes || echo Linger=no;;\nesac`);
  const cgroup = ownCgroup();
  const enter = cgroup === undefined ? "" : `echo $$ > '${cgroup}/cgroup.procs'; `;
  const first = spawn("sh", ["-c", `${enter}exec unshare -m -p -f --kill-child --mount-proc --cgroup sh "$0"`, join(import.meta.dirname, "inside.sh")], { stdio: ["ignore", "pipe", "inherit"] });
  await once(first, "ready");
  const inside = Number(readFileSync(`/proc/${first.pid}/task/${first.pid}/children`, "utf8").trim());
  const env = { HOME: home, USER: "root", PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter), PAIOS_HOME: join(home, ".openclaw"), XDG_RUNTIME_DIR: "/run/user/0", DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/0/bus", SHELL: "/bin/sh", LC_ALL: "C" };
  const within = (command: string, args: readonly string[]) => ["-t", String(inside), "-m", "-p", "-C", "--", command, ...args];
  const run = (command: string, ...args: string[]): Said => {
    const { status, stdout, stderr } = spawnSync("nsenter", within(command, args), { env, encoding: "utf8" });
    return { status, stdout, stderr };
  };
  const begin = (cgroup: string, command: string, ...args: string[]) => spawn("nsenter", within("sh", ["-c", `echo $$ > /sys/fs/cgroup/${cgroup}/cgroup.procs; exec "$@"`, "sh", command, ...args]), { env, stdio: "ignore" });
  const ai = (...args: string[]) => run(process.execPath, join(repository, "apps/cli/dist/main.js"), ...args);
  const running: ChildProcess[] = [];
  const halt = async () => {
    run("systemctl", "--user", "exit");
    for (const child of running.splice(0).reverse()) if (child.exitCode === null) await Promise.race([new Promise((resolve) => child.once("close", resolve)), ended(child)]);
    run("rm", "-rf", "/run/user/0/bus", "/run/user/0/systemd");
  };
  const boot = async () => {
    const bus = begin("others", "dbus-daemon", "--session", "--address=unix:path=/run/user/0/bus", "--nofork", "--nopidfile");
    await until("a bus", () => run("test", "-S", "/run/user/0/bus").status === 0);
    const manager = begin("manager", "/lib/systemd/systemd", "--user");
    running.push(bus, manager);
    await until("a user manager", () => ["running\n", "degraded\n"].includes(run("systemctl", "--user", "is-system-running").stdout));
  };
  await boot();
  return {
    home,
    path: env.PATH,
    run,
    ai,
    json: <T>(...args: string[]) => {
      const { stdout, stderr } = ai("--json", ...args);
      if (!stdout) throw new Error(stderr);
      return JSON.parse(stdout) as T;
    },
    boot,
    halt,
    [Symbol.dispose]: () => {
      first.kill("SIGKILL");
      if (cgroup !== undefined) removeCgroup(cgroup);
    },
  };
}

/** Waits until something holds; throws with `what` after a while. Returns the milliseconds it took. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<number> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > timeoutMs) throw new Error(`Waited ${timeoutMs / 1_000} s for ${what}`);
    await wait(50);
  }
  return performance.now() - started;
}

/** The bus has nobody to tell it to end. */
async function ended(child: ChildProcess): Promise<void> {
  await wait(child.spawnargs.includes("dbus-daemon") ? 0 : 20_000);
  child.kill("SIGKILL");
}

function canUnshare(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && spawnSync("unshare", ["-m", "-p", "-f", "--mount-proc", "--cgroup", "sh", "-c", "mount -t tmpfs tmpfs /run && mount -t cgroup2 none /sys/fs/cgroup"], { stdio: "ignore" }).status === 0;
}

/** Units of two rigs at once must not share a cgroup. */
function ownCgroup(): string | undefined {
  try {
    const mount = execFileSync("findmnt", ["-n", "-t", "cgroup2", "-o", "TARGET"], { encoding: "utf8" }).split("\n")[0] ?? "";
    return mkdtempSync(join(mount, "paios-rig-"));
  } catch {
    return undefined;
  }
}

/** Folders of a cgroup go from the inside out, each when its last process is reaped. */
function removeCgroup(folder: string): void {
  for (let tries = 0; tries < 40 && existsSync(folder); tries++) {
    try {
      for (const name of readdirSync(folder, { withFileTypes: true })) if (name.isDirectory()) removeCgroup(join(folder, name.name));
      execFileSync("rmdir", [folder], { stdio: "ignore" });
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

async function once(child: ChildProcess, word: string): Promise<void> {
  let said = "";
  child.stdout?.on("data", (part: Buffer) => (said += part.toString()));
  await Promise.race([until(`"${word}"`, () => said.includes(word)), new Promise((_, reject) => child.once("close", (code) => reject(new Error(`The rig ended with code ${code}`))))]);
}
