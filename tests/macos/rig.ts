import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { killGroup } from "@paios/shared/process";
import { heapFlags, initializeParams, startStdio } from "@paios/shared/testing/stdio";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { findProgram } from "@paios/shared/find-program";

export const entry = fileURLToPath(new URL("../../packages/macos-server/dist/main.js", import.meta.url));
const packageList = readFileSync(new URL("packages.txt", import.meta.url), "utf8").split("\n").filter(Boolean);

/** Says once, plainly, which programs are missing; `describe.skipIf(lacks(…))`. */
export function lacks(part: string, programs: readonly string[]): boolean {
  const missing = programs.filter((program) => findProgram(program, process.env["PATH"]) === undefined);
  if (missing.length === 0) return false;
  console.log(`Skipped: ${part}, because ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not here. Next: apt-get install --no-install-recommends ${packageList.join(" ")}`);
  return true;
}

export interface Desk {
  display: string;
  /** The environment of programs on this desktop. */
  env: Record<string, string>;
  folder: string;
  /** The X server's. */
  pid: number;
  /** Starts a program on the desktop; it ends with the desktop. */
  start: (command: string, args: readonly string[]) => ChildProcess;
  /** Runs a program to its end and gives what it printed. */
  run: (command: string, args: readonly string[], input?: string | Uint8Array) => Buffer;
  end: () => Promise<void>;
}

interface DeskOptions {
  size?: `${number}x${number}`;
  depth?: 16 | 24;
  /** openbox, and a title bar for every window. */
  manager?: boolean;
  /** A cookie that every client must show: `<folder>/cookie` holds it. */
  cookie?: boolean;
}

/** A desktop of its own: Xvfb, and a window manager when asked for. */
export async function startDesk({ size = "1920x1080", depth = 24, manager = false, cookie = false }: DeskOptions = {}): Promise<Desk> {
  const folder = temporaryFolder("paios-desk-");
  const children: ChildProcess[] = [];
  const launch = (command: string, args: readonly string[], env: Record<string, string>, stdio: "ignore" | ["ignore", "pipe", "ignore"] = "ignore") => {
    const child = spawn(command, args, { env, stdio, detached: true });
    child.on("error", () => {});
    children.push(child);
    return child;
  };
  const bare = scratchEnvironment(folder.path, { XDG_RUNTIME_DIR: folder.path, LANG: "C.UTF-8" });
  const server = launch("Xvfb", ["-displayfd", "1", "-screen", "0", `${size}x${depth}`, "-nolisten", "tcp", "-noreset", ...(cookie ? ["-auth", cookieFile(folder.path)] : [])], bare, ["ignore", "pipe", "ignore"]);
  const display = await displayOf(server);
  const env = { ...bare, DISPLAY: display, ...(cookie && { XAUTHORITY: join(folder.path, "cookie") }) };
  const desk: Desk = {
    display,
    env,
    folder: folder.path,
    pid: server.pid ?? 0,
    start: (command, args) => launch(command, args, env),
    run: (command, args, input) => execFileSync(command, args, { env, timeout: 20_000, maxBuffer: 64_000_000, stdio: ["pipe", "pipe", "pipe"], ...(input !== undefined && { input }) }),
    end: async () => {
      for (const child of children.toReversed()) killGroup(child.pid);
      await Promise.all(children.map((child) => (child.exitCode === null && child.signalCode === null ? new Promise((resolve) => child.on("close", resolve)) : Promise.resolve())));
      folder[Symbol.dispose]();
    },
  };
  if (manager) {
    desk.start("openbox", ["--sm-disable"]);
    await until("openbox", () => desk.run("xprop", ["-root", "_NET_SUPPORTING_WM_CHECK"]).includes("window id"));
  }
  return desk;
}

/** Valid for any display of this machine, because its number is not known before it runs. */
function cookieFile(folder: string): string {
  const path = join(folder, "cookie");
  const field = (text: Buffer) => Buffer.concat([Buffer.from([text.length >> 8, text.length & 255]), text]);
  const anyHost = Buffer.from([0xff, 0xff]);
  writeFileSync(path, Buffer.concat([anyHost, field(Buffer.alloc(0)), field(Buffer.alloc(0)), field(Buffer.from("MIT-MAGIC-COOKIE-1")), field(randomBytes(16))]), { mode: 0o600 });
  return path;
}

function displayOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.stdout?.once("data", (text: Buffer) => resolve(`:${text.toString("utf8").trim()}`));
    server.once("exit", () => reject(new Error("Xvfb did not start")));
  });
}

/** Waits until a test is true; throws with its name after 20 s. */
export async function until(what: string, test: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await wait(50)) {
    try {
      if (await test()) return;
    } catch {
      // Not yet.
    }
  }
  throw new Error(`${what} did not come up within 20 s`);
}

export interface Answer {
  /** The tool's own answer, or the JSON beside a picture. */
  json: Record<string, unknown>;
  png?: Buffer;
  /** The sentence of a failure. */
  failed?: string;
  structured: boolean;
}

export interface Server {
  call: (name: string, input?: Record<string, unknown>) => Promise<Answer>;
  home: string;
  pid: number;
  end: () => Promise<void>;
}

/** The built server, over stdio. */
export async function startServer(env: Record<string, string>, home?: string): Promise<Server> {
  const folder = temporaryFolder("paios-macos-");
  const own = home ?? join(folder.path, "home");
  const server = startStdio({ entry, env: { ...env, PAIOS_HOME: own } });
  await server.request("initialize", initializeParams());
  return {
    home: own,
    pid: server.pid,
    call: async (name, input = {}) => {
      const { result, error } = await server.request("tools/call", { name, arguments: input });
      if (error) throw new Error(`${name}: ${error.code} ${error.message}`);
      const content = (result?.["content"] ?? []) as { type: string; text?: string; data?: string }[];
      const text = content.find(({ type }) => type === "text")?.text ?? "";
      const picture = content.find(({ type }) => type === "image")?.data;
      const structured = result?.["structuredContent"] as Record<string, unknown> | undefined;
      if (result?.["isError"] === true) return { json: {}, failed: text, structured: false };
      return { json: structured ?? (JSON.parse(text) as Record<string, unknown>), structured: structured !== undefined, ...(picture !== undefined && { png: Buffer.from(picture, "base64") }) };
    },
    end: async () => {
      server.closeInput();
      setTimeout(() => server.kill("SIGKILL"), 3_000).unref();
      await server.ended;
      folder[Symbol.dispose]();
    },
  };
}

/** How a client registers the server for a desktop. */
export function registration(desk: Desk, home: string) {
  return { name: "macos", command: process.execPath, args: [...heapFlags, entry], env: { PAIOS_HOME: home, DISPLAY: desk.display } };
}

/** Outside text without its fence; throws when it has none. */
export function unfenced(text: unknown): string {
  const inside = /^<external-content boundary="([\w-]+)" source="[^"]*">\n.*\n([\s\S]*)\n<\/external-content boundary="\1">$/.exec(String(text))?.[2];
  if (inside === undefined) throw new Error(`This is not fenced: ${String(text).slice(0, 200)}`);
  return inside;
}
