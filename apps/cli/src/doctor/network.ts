import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { BlockList, connect, isIPv6 } from "node:net";
import { networkInterfaces, uptime } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { Machine } from "../setup/machine.ts";
import type { Finding } from "./finding.ts";

const answerMs = 500;
const rebootSlackMs = 60_000;
const proxyNames = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];

const seenSchema = z.object({
  version: z.literal(1),
  /** Epoch ms. */
  booted: z.number(),
  addresses: z.array(z.string()),
  /** host:port by variable; a user and password in it are not kept. */
  proxies: z.record(z.string(), z.string()),
});

type Seen = z.infer<typeof seenSchema>;

/** What changes with a reboot or another network: this machine's addresses and the proxies, and what our settings name of them. */
export async function networkFindings({ home, env }: Pick<Machine, "home" | "env">, endpoints: readonly { name: string; url: string }[], system = { networkInterfaces, uptime }): Promise<Finding[]> {
  const path = join(home, "paios-network.json");
  const now = presentState(env, system);
  const before = readSeen(path);
  const note = () => remember(path, now);
  const gone = before?.addresses.filter((address) => !now.addresses.includes(address)) ?? [];
  const reached = await Promise.all([
    ...Object.entries(now.proxies).map(([name, address]) => reach(`proxy ${name}`, address, "Nothing answers there: what goes out through it fails.", `Correct or unset ${name}`)),
    ...endpoints.map(({ name, url }) => reach(`endpoint ${name}`, addressOf(url) ?? "not an address", lost(url, gone), `Correct ${name} in paios.json, or start what should answer there`)),
  ]);
  return [changes(before, now, note), ...reached];
}

function changes(before: Seen | undefined, now: Seen, note: () => void): Finding {
  const check = "network";
  const proxies = (seen: Seen) => Object.entries(seen.proxies).map(([name, address]) => `${name} ${address}`);
  const counted = `${now.addresses.length} addresses, ${Object.keys(now.proxies).length} proxies`;
  if (!before) return firstNote(check, counted, note);
  const list = [...difference(before.addresses, now.addresses, "address", isRenewed), ...difference(proxies(before), proxies(now), "proxy", () => false)];
  if (list.length === 0) return { check, status: "ok", detail: `${counted}, as before.` };
  const when = Math.abs(now.booted - before.booted) > rebootSlackMs ? " (the machine was started anew since)" : "";
  return { check, status: "warn", detail: `Changed since it was last looked at${when}: ${list.join(", ")}.`, fix: "--fix takes these as the new ones", repair: note };
}

function firstNote(check: string, counted: string, note: () => void): Finding {
  try {
    note();
    return { check, status: "ok", detail: `${counted}, noted for the next look.` };
  } catch {
    return { check, status: "warn", detail: `${counted}; they cannot be noted, so what changes with a reboot will not be told.`, fix: "Make the home writable, or set PAIOS_HOME to a folder of yours" };
  }
}

function difference(before: readonly string[], now: readonly string[], what: string, isSame: (one: string, other: string) => boolean): string[] {
  const without = (these: readonly string[], those: readonly string[]) => these.filter((each) => !those.some((other) => each === other || isSame(each, other)));
  return [...without(before, now).map((each) => `${what} ${each} is gone`), ...without(now, before).map((each) => `${what} ${each} is new`)];
}

/** Another address of one IPv6 network: for privacy systems take a new one every day. */
function isRenewed(one: string, other: string): boolean {
  if (!isIPv6(one) || !isIPv6(other)) return false;
  const network = new BlockList();
  network.addSubnet(one, 64, "ipv6");
  return network.check(other, "ipv6");
}

function lost(url: string, gone: readonly string[]): string {
  const host = addressOf(url)?.replace(/:\d+$/, "").replace(/^\[|\]$/g, "") ?? "";
  return gone.includes(host) ? `${host} was an address of this machine and is none any more.` : "Nothing answers there.";
}

async function reach(check: string, address: string, problem: string, fix: string): Promise<Finding> {
  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  if (!host) return { check, status: "fail", detail: "It is not an address.", fix };
  return (await answers(host, Number(port))) ? { check, status: "ok", detail: `${address} answers.` } : { check, status: "warn", detail: `${address}: ${problem}`, fix };
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, answerMs, false);
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}

function presentState(env: Machine["env"], system: { networkInterfaces: typeof networkInterfaces; uptime: typeof uptime }): Seen {
  const addresses = Object.values(system.networkInterfaces()).flatMap((all) => all?.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address)).map(({ address }) => address) ?? []);
  const proxies = proxyNames.flatMap((name) => {
    const value = env[name];
    return value ? [[name, proxyAddress(value) ?? "not an address"]] : [];
  });
  return { version: 1, booted: Date.now() - system.uptime() * 1_000, addresses: addresses.sort(), proxies: Object.fromEntries(proxies) as Record<string, string> };
}

/** A "/", "?" or "#" in a password would make a part of it look like a port. */
function proxyAddress(value: string): string | undefined {
  const rest = value.slice(value.includes("://") ? value.indexOf("://") + 3 : 0);
  return /[/?#]/.test(rest.slice(0, Math.max(rest.lastIndexOf("@"), 0))) ? undefined : addressOf(value);
}

/** "host:port" of an address with or without a scheme. */
function addressOf(value: string): string | undefined {
  try {
    const { hostname, port, protocol } = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`);
    if (!hostname) return undefined;
    return `${hostname}:${port || (protocol === "https:" ? 443 : protocol.startsWith("socks") ? 1_080 : 80)}`;
  } catch {
    return undefined;
  }
}

function readSeen(path: string): Seen | undefined {
  try {
    return seenSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // What is missing or damaged is written anew: it is only a note.
    return undefined;
  }
}

/** A note of ours, and no setting: it has no backup. */
function remember(path: string, seen: Seen): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(seen, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
}
