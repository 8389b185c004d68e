import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { residentBytes } from "@paios/shared/testing/processes";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { cpuSeconds, runEmit, startEmit } from "./rig.ts";
import { freePort } from "@paios/shared/testing/free-port";

it.each(["SIGTERM", "SIGINT"] as const)("%s ends it within 1 s with code 0, an open connection or not", async (signal) => {
  using folder = temporaryFolder();
  await using emit = await startEmit(folder.path);
  const socket = connect(Number(new URL(emit.url).port), "127.0.0.1", () => socket.write("POST /v1/events HTTP/1.1\r\n"));
  socket.on("error", () => {});
  await wait(200);
  const { code, stdout, stderr, tookMs } = await emit.end(signal);
  expect({ code, stdout, stderr: stderr.replace(emit.url, "URL") }).toEqual({ code: 0, stdout: "", stderr: "paios-emit listens on URL\n" });
  expect(tookMs).toBeLessThan(1_000);
});

it("LOG-11 a port in use is named with the next step, and it ends with code 1", async () => {
  using folder = temporaryFolder();
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  const result = await runEmit(folder.path, ["--port", String(port)]);
  other.close();
  expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(new RegExp(`^paios-emit: Port ${port} on 127.0.0.1 is in use.*End it, or choose another port with --port`)) as string });
});

it("says its version and its help, and does not guess", async () => {
  using folder = temporaryFolder();
  expect(await runEmit(folder.path, ["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  expect(await runEmit(folder.path, ["--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("--port N") as string });
  expect(await runEmit(folder.path, ["--prot", "1"])).toMatchObject({ code: 2, stderr: expect.stringContaining("--help") as string });
  expect(await runEmit(folder.path, ["--port", "70000"])).toMatchObject({ code: 2, stderr: expect.stringContaining("0 to 65535") as string });
});

it("takes its port from paios.json, and says what is wrong there", async () => {
  using folder = temporaryFolder();
  const port = await freePort();
  const file = join(folder.path, "paios", "paios.json");
  mkdirSync(join(folder.path, "paios"));
  writeFileSync(file, `{ "emit": { "port": ${port} } }`);
  await using emit = await startEmit(folder.path, []);
  expect(new URL(emit.url).port).toBe(String(port));
  await emit.end();
  writeFileSync(file, `{ "emit": { "port": ${port}, "host": "0.0.0.0" } }`);
  await using second = await startEmit(folder.path);
  expect(second.stderr()).toMatch(/paios\.json:1: emit\.host: must be "127\.0\.0\.1": nothing of PAIOS listens beyond loopback/);
});

// The figure is `pnpm proof emit-server`'s; this one sees a busy loop.
it("costs next to nothing while idle", async () => {
  using folder = temporaryFolder();
  await using emit = await startEmit(folder.path);
  await wait(3_000);
  const before = cpuSeconds(emit.pid);
  await wait(8_000);
  const share = (cpuSeconds(emit.pid) - before) / 8;
  const megabytes = residentBytes(emit.pid) / 1e6;
  expect(share).toBeLessThanOrEqual(0.03);
  expect(megabytes).toBeLessThanOrEqual(120);
});
