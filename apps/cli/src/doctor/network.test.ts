import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import type { NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { networkFindings } from "./network.ts";
import { freePort } from "@paios/shared/testing/free-port";

const dayS = 86_400;

describe("networkFindings", () => {
  it("LOG-12 notes what is there at the first look, and finds it as before at the second", async () => {
    using home = temporaryFolder();
    expect(await look(home.path, ["10.0.0.5", "fe80::1"])).toEqual([{ check: "network", status: "ok", detail: "1 addresses, 0 proxies, noted for the next look." }]);
    expect(await look(home.path, ["10.0.0.5", "fe80::2"])).toEqual([{ check: "network", status: "ok", detail: "1 addresses, 0 proxies, as before." }]);
    expect(statSync(notePath(home.path)).mode & 0o777).toBe(0o600);
  });

  it("LOG-12 names the addresses that are gone and new since, until its repair takes them", async () => {
    using home = temporaryFolder();
    await look(home.path, ["10.0.0.5", "192.168.1.4"]);
    const [finding] = await look(home.path, ["10.0.0.6", "192.168.1.4"]);
    expect(finding).toMatchObject({ status: "warn", detail: "Changed since it was last looked at: address 10.0.0.5 is gone, address 10.0.0.6 is new.", fix: "--fix takes these as the new ones" });
    expect(await look(home.path, ["10.0.0.6", "192.168.1.4"])).toMatchObject([{ status: "warn" }]);
    await finding?.repair?.();
    expect(await look(home.path, ["10.0.0.6", "192.168.1.4"])).toMatchObject([{ status: "ok", detail: "2 addresses, 0 proxies, as before." }]);
  });

  it("LOG-12 says when the machine was started anew since", async () => {
    using home = temporaryFolder();
    await look(home.path, ["10.0.0.5"], { uptime: 3 * dayS });
    expect(await look(home.path, ["10.0.0.6"], { uptime: 60 })).toMatchObject([{ detail: expect.stringMatching(/^Changed since it was last looked at \(the machine was started anew since\): /) as string }]);
  });

  it("LOG-12 counts a new address of the same IPv6 network as none, another network as one", async () => {
    using home = temporaryFolder();
    await look(home.path, ["2001:db8:1:2::10"]);
    expect(await look(home.path, ["2001:db8:1:2:aaaa::11"])).toMatchObject([{ status: "ok" }]);
    expect(await look(home.path, ["2001:db8:1:3::10"])).toMatchObject([{ status: "warn", detail: expect.stringContaining("address 2001:db8:1:3::10 is new") as string }]);
  });

  it("LOG-12 names a proxy that changed since, and one where nothing listens", async () => {
    using home = temporaryFolder();
    await using proxy = await listening();
    const free = await freePort();
    expect(await look(home.path, [], { env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` } })).toMatchObject([{ status: "ok" }, { check: "proxy HTTPS_PROXY", status: "ok", detail: `127.0.0.1:${proxy.port} answers.` }]);
    expect(await look(home.path, [], { env: { HTTPS_PROXY: `127.0.0.1:${free}` } })).toEqual([
      expect.objectContaining({ status: "warn", detail: `Changed since it was last looked at: proxy HTTPS_PROXY 127.0.0.1:${proxy.port} is gone, proxy HTTPS_PROXY 127.0.0.1:${free} is new.` }),
      { check: "proxy HTTPS_PROXY", status: "warn", detail: `127.0.0.1:${free}: Nothing answers there: what goes out through it fails.`, fix: "Correct or unset HTTPS_PROXY" },
    ]);
  });

  it.each(["http://ada:hunter2@127.0.0.1:9", "ada:hunter2@127.0.0.1:9", "http://ada:9/hunter2@127.0.0.1:9", "http://ada:9#hunter2@127.0.0.1", "http://ada:hunter2@", "socks5://ada:hunter2@127.0.0.1:9"])("LOG-12 neither stores nor shows the user and password of the proxy %s", async (value) => {
    using home = temporaryFolder();
    await look(home.path, [], { env: { ALL_PROXY: "http://127.0.0.1:10" } });
    const findings = await look(home.path, [], { env: { ALL_PROXY: value } });
    await findings[0]?.repair?.();
    const told = JSON.stringify(findings) + readFileSync(notePath(home.path), "utf8");
    expect([findings.map(({ status }) => status === "ok"), /ada|hunter2/.exec(told)]).toEqual([[false, false], null]);
  });

  // Loopback addresses as if they were the network's: a test asks nobody else.
  it.each([["127.0.0.9", "127.0.0.9"], ["::1", "[::1]"]])("LOG-12 says that an endpoint names an address which was this machine's: %s", async (address, host) => {
    using home = temporaryFolder();
    const port = await freePort();
    const endpoints = [{ name: "kb.embeddings.url", url: `http://${host}:${port}/v1` }];
    await look(home.path, [address]);
    expect((await look(home.path, ["10.0.0.5"], { endpoints }))[1]).toEqual({ check: "endpoint kb.embeddings.url", status: "warn", detail: `${host}:${port}: ${address} was an address of this machine and is none any more.`, fix: "Correct kb.embeddings.url in paios.json, or start what should answer there" });
  });

  it("LOG-12 says whether an endpoint answers, and that one is no address without its content", async () => {
    using home = temporaryFolder();
    await using server = await listening();
    const endpoints = [
      { name: "kb.embeddings.url", url: `http://127.0.0.1:${server.port}/v1` },
      { name: "obs.outbox.webhook.url", url: `http://127.0.0.1:${await freePort()}/hook` },
      { name: "wrong", url: "http://ada:hunter2@:x" },
    ];
    const found = await look(home.path, [], { endpoints });
    expect(found.slice(1)).toMatchObject([{ status: "ok" }, { status: "warn", detail: expect.stringMatching(/: Nothing answers there\.$/) as string }, { status: "fail", detail: "It is not an address." }]);
  });

  it.each(["", "{", '{"version": 2}', '{"version": 1, "booted": "x"}'])("LOG-12 writes a damaged note anew: %j", async (note) => {
    using home = temporaryFolder();
    writeFileSync(notePath(home.path), note);
    expect(await look(home.path, ["10.0.0.5"])).toMatchObject([{ status: "ok", detail: expect.stringContaining("noted for the next look") as string }]);
    expect(JSON.parse(readFileSync(notePath(home.path), "utf8"))).toMatchObject({ version: 1, addresses: ["10.0.0.5"] });
  });

  it("LOG-12 says so where nothing can be noted, and goes on", async () => {
    using home = temporaryFolder();
    mkdirSync(notePath(home.path));
    expect(await look(home.path, ["10.0.0.5"], { env: { HTTP_PROXY: "127.0.0.1:9" } })).toMatchObject([{ status: "warn", detail: expect.stringContaining("cannot be noted") as string }, { check: "proxy HTTP_PROXY" }]);
  });
});

function look(home: string, addresses: readonly string[], { env = {}, endpoints = [], uptime = dayS }: { env?: Record<string, string>; endpoints?: { name: string; url: string }[]; uptime?: number } = {}) {
  return networkFindings({ home, env }, endpoints, { networkInterfaces: () => interfaces(addresses), uptime: () => uptime });
}

function interfaces(addresses: readonly string[]): ReturnType<typeof networkInterfaces> {
  const info = (address: string, internal = false): NetworkInterfaceInfo => {
    const common = { address, netmask: "", mac: "02:00:00:00:00:01", internal, cidr: null };
    return address.includes(":") ? { ...common, family: "IPv6", scopeid: 0 } : { ...common, family: "IPv4" };
  };
  return { lo: [info("127.0.0.1", true)], eth0: addresses.map((address) => info(address)) };
}

function notePath(home: string): string {
  return join(home, "paios-network.json");
}

async function listening(): Promise<{ port: number; [Symbol.asyncDispose]: () => Promise<void> }> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
