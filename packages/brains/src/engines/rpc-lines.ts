import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { BrainFailure } from "../failure.ts";
import { jsonLines, objectAt, textAt } from "./lines.ts";

/** What the other side may want of us. */
export interface Listener {
  notified: (method: string, params: Record<string, unknown>) => void;
  /** The result of a request of the other side. */
  asked: (method: string, params: Record<string, unknown>) => object;
}

export interface Peer {
  /** Rejects with BrainFailure when the other side answers with an error. */
  request: (method: string, params: object) => Promise<unknown>;
  notify: (method: string) => void;
  /** Resolves when the other side has said its last; rejects when it said too much. */
  closed: Promise<void>;
}

/** Talks JSON-RPC in lines, as Codex does it: without a `jsonrpc` field, and both sides may ask. */
export function openPeer({ stdin, stdout }: Pick<ChildProcessWithoutNullStreams, "stdin" | "stdout">, listener: Listener): Peer {
  const waiting = new Map<unknown, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const write = (message: object) => void stdin.write(`${JSON.stringify(message)}\n`);

  function receive(message: Record<string, unknown>): void {
    const { id, method } = message;
    if (typeof method === "string") {
      const params = objectAt(message, "params");
      if (id === undefined) listener.notified(method, params);
      else write({ id, result: listener.asked(method, params) });
      return;
    }
    const asked = waiting.get(id);
    if (!asked) return;
    waiting.delete(id);
    if (message["error"] === undefined) asked.resolve(message["result"]);
    else asked.reject(new BrainFailure("unknown", "Codex refused a step of the talk with it. Check codex --version: it may be too old.", { otherWay: true }, { cause: new Error(textAt(objectAt(message, "error"), "message").slice(0, 2_000)) }));
  }

  const closed = (async () => {
    for await (const message of jsonLines(stdout)) receive(message);
  })();
  closed.catch(() => {});
  return {
    request: (method, params) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        write({ id, method, params });
      }),
    notify: (method) => write({ method }),
    closed,
  };
}
