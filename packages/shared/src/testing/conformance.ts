import { basename, dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ToolListing } from "../tool.ts";
import { type Answer, initializeParams, type ServerUnderTest, startStdio, type StdioServer } from "./stdio.ts";

export interface CheckedServer extends ServerUnderTest {
  /** The committed golden list, `tools.json`. */
  tools: readonly ToolListing[];
  /** A call that is still running when the server is told to end; by default one that meets it loading its tools. */
  call?: { name: string; arguments: Record<string, unknown> };
}

const endMs = 1_000;
const ways = {
  "stdin close": (server: StdioServer) => server.closeInput(),
  SIGINT: (server: StdioServer) => server.kill("SIGINT"),
  SIGTERM: (server: StdioServer) => server.kill("SIGTERM"),
};

/**
 * Drives a server's real entry over stdio through everything that all our servers promise (INFRA-05, INFRA-06, the
 * protocol's error codes, its golden tool list). Throws an Error with one plain sentence at the first that fails.
 */
export async function checkServer(checked: CheckedServer): Promise<void> {
  await withServer(checked, async (server, lines) => {
    await checkBeforeHandshake(server, lines);
    const name = await checkHandshake(server);
    await checkTools(server, checked.tools, name);
    await checkBadCalls(server, checked.tools);
    expect(isDeepStrictEqual((await server.request("ping")).result, {}), "ping is not answered with an empty result");
  });
  for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
    await checkEnd(checked, way, false);
    await checkEnd(checked, way, true);
  }
}

async function checkBeforeHandshake(server: StdioServer, lines: readonly string[]): Promise<void> {
  await expectError(server, -32601, "server/discover", {}, "an unknown method before initialize");
  await expectError(server, -32602, "initialize", {}, "initialize without a protocolVersion", "protocolVersion");
  for (const [line, code] of [["{ not json", -32700], ["[]", -32600], ['{"id":1,"method":"ping"}', -32600]] as const) {
    const before = lines.length;
    await server.write(line);
    await server.request("ping");
    const error = lines.slice(before).map((text) => JSON.parse(text) as Answer).find((answer) => answer.error)?.error;
    expect(error?.code === code, `the line ${line} is answered with ${short(error)} instead of error ${code}`);
  }
}

async function checkHandshake(server: StdioServer): Promise<string> {
  for (const version of ["2025-11-25", "2025-06-18"]) {
    const { result } = await server.request("initialize", initializeParams(version));
    expect(result?.["protocolVersion"] === version, `initialize with protocol ${version} is answered with ${short(result?.["protocolVersion"])}`);
  }
  const { result } = await server.request("initialize", initializeParams("1999-01-01"));
  const { capabilities, serverInfo, instructions, protocolVersion } = result ?? {};
  expect(typeof protocolVersion === "string" && protocolVersion !== "1999-01-01", "initialize with an unknown protocol does not offer a known one");
  expect(isObject(capabilities) && isObject(capabilities["tools"]), "initialize does not announce tools");
  expect(typeof instructions === "string" && instructions.length > 0, "initialize gives no instructions");
  expect(isObject(serverInfo) && typeof serverInfo["name"] === "string" && typeof serverInfo["version"] === "string", "initialize gives no server name and version");
  return serverInfo["name"];
}

async function checkTools(server: StdioServer, golden: readonly ToolListing[], name: string): Promise<void> {
  const { result } = await server.request("tools/list");
  const listed = (result?.["tools"] ?? []) as ToolListing[];
  expect(listed.length > 0, "tools/list is empty");
  for (const tool of listed) {
    expect(tool.name.startsWith(`${name}_`), `the tool ${tool.name} does not carry the prefix ${name}_`);
    for (const hint of tool.annotations?.readOnlyHint ? (["readOnlyHint", "openWorldHint"] as const) : (["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] as const)) {
      expect(typeof tool.annotations?.[hint] === "boolean", `the tool ${tool.name} does not state ${hint}`);
    }
    expect(isDeepStrictEqual(tool, golden.find((other) => other.name === tool.name)), `the tool ${tool.name} is listed otherwise than in tools.json`);
  }
  for (const tool of golden) expect(listed.some((other) => other.name === tool.name), `the tool ${tool.name} of tools.json is not listed`);
}

async function checkBadCalls(server: StdioServer, tools: readonly ToolListing[]): Promise<void> {
  await expectError(server, -32602, "tools/call", { name: "no_such_tool", arguments: {} }, "an unknown tool");
  await expectError(server, -32602, "tools/call", { arguments: {} }, "a call without a name", "name");
  for (const { name, inputSchema } of tools) {
    for (const wrong of ["text", 7, [], null]) {
      await expectError(server, -32602, "tools/call", { name, arguments: wrong }, `arguments ${short(wrong)} for ${name}`, "arguments");
    }
    for (const [field, value] of wrongFields(inputSchema)) {
      await expectError(server, -32602, "tools/call", { name, arguments: { [field]: value } }, `a wrong ${field} for ${name}`, field);
    }
  }
}

/** For each field with a plain type, a value of another type. */
function wrongFields(schema: Record<string, unknown>): [string, unknown][] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return Object.entries(properties).flatMap(([field, property]): [string, unknown][] => {
    const type = isObject(property) ? property["type"] : undefined;
    if (typeof type !== "string") return [];
    return [[field, type === "object" ? "text" : { wrong: true }]];
  });
}

async function checkEnd(checked: CheckedServer, way: keyof typeof ways, inFlight: boolean): Promise<void> {
  const what = `${way}${inFlight ? " with a call in flight" : ""}`;
  await withServer(checked, async (server) => {
    await server.request("initialize", initializeParams());
    if (inFlight) {
      const call = checked.call ?? { name: checked.tools[0]?.name, arguments: {} };
      await server.write(JSON.stringify({ jsonrpc: "2.0", id: "in-flight", method: "tools/call", params: call }));
      // Behind the call in the pipe, so the call has been taken when this is answered.
      await server.request("ping");
    }
    const started = performance.now();
    ways[way](server);
    const timer = setTimeout(() => server.kill("SIGKILL"), endMs * 3);
    const { code, signal } = await server.ended;
    clearTimeout(timer);
    const took = Math.round(performance.now() - started);
    expect(code === 0, `${what} ends it with ${signal ?? `exit code ${code}`} instead of exit code 0`);
    expect(took <= endMs, `${what} ends it after ${took} ms, later than ${endMs} ms`);
  });
}

async function withServer(checked: CheckedServer, work: (server: StdioServer, lines: readonly string[]) => Promise<void>): Promise<void> {
  const lines: string[] = [];
  const server = startStdio(checked, (line) => lines.push(line));
  try {
    await work(server, lines);
  } catch (error) {
    throw new Error(`${basename(dirname(dirname(checked.entry)))}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    server.closeInput();
    setTimeout(() => server.kill("SIGKILL"), endMs * 3).unref();
    await server.ended;
  }
  for (const line of lines) expect(isRpc(line), `stdout carries something else than JSON-RPC: ${line.slice(0, 200)}`);
}

async function expectError(server: StdioServer, code: number, method: string, params: unknown, what: string, named = ""): Promise<void> {
  const { result, error } = await server.request(method, params);
  expect(error?.code === code, `${what} is answered with ${short(error ?? result)} instead of error ${code}`);
  expect(error.message.includes(named), `the answer to ${what} does not name "${named}": ${error.message}`);
}

function isRpc(line: string): boolean {
  try {
    const message: unknown = JSON.parse(line);
    return isObject(message) && message["jsonrpc"] === "2.0" && ("id" in message || typeof message["method"] === "string");
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 200);
}

function expect(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}
