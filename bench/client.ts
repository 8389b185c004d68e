import { spawn } from "node:child_process";

/** How a server is started: Node's arguments and what its environment adds to PATH. */
export interface Launch {
  args: readonly string[];
  env?: Record<string, string>;
}

export interface Client {
  pid: number;
  request: (method: string, params?: object) => Promise<Record<string, unknown>>;
  /** Calls a tool and gives its answer; throws when that is an error. */
  call: (name: string, input: object) => Promise<Record<string, unknown>>;
  /** Ends the server and waits until it is gone. */
  end: () => Promise<void>;
}

/** A stdio client that does as little as possible beside the server it measures. */
export function launch({ args, env }: Launch): Client {
  const child = spawn(process.execPath, args, { env: { PATH: process.env["PATH"] ?? "", ...env }, stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map<number, { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }>();
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("The server ended before it answered"));
  });
  // A server that is gone shows in `ended`.
  child.stdin.on("error", () => {});
  let parts: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = text.split("\n");
    parts.push(lines.shift() ?? "");
    for (const start of lines) {
      take(parts.join(""));
      parts = [start];
    }
  });

  function take(line: string): void {
    const { id, result, error } = JSON.parse(line) as { id?: number; result?: Record<string, unknown>; error?: { message: string } };
    if (id === undefined) return;
    if (result) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error?.message ?? "no result"));
    waiting.delete(id);
  }

  let lastId = 0;
  const request: Client["request"] = (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    });

  return {
    pid: child.pid ?? 0,
    request,
    call: async (name, input) => {
      const result = await request("tools/call", { name, arguments: input });
      if (result["isError"] === true) throw new Error(`${name}: ${JSON.stringify(result["content"])}`);
      return result;
    },
    end: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Starts a server and brings it to its `tools/list` answer, as a CLI does. */
export async function launchListed(command: Launch): Promise<Client> {
  const client = launch(command);
  await client.request("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "bench", version: "1" } });
  await client.request("tools/list");
  return client;
}
