import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { openCalls, openInProcess } from "./calls.ts";
import { UserError } from "./errors.ts";
import type { Call, Dispatch } from "./session.ts";
import { type Database, openDatabase } from "./sqlite.ts";
import { temporaryFolder } from "./testing/temporary.ts";
import { defineServer, defineTool } from "./tool.ts";

const hints = { readOnly: false, destructive: false, idempotent: true, openWorld: false };

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
/** What tools wait for. */
let gate: { promise: Promise<void>; open: () => void };
let ran = 0;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, "test.sqlite");
  vi.stubEnv("PAIOS_HOME", folder.path);
  const { promise, resolve } = Promise.withResolvers<void>();
  gate = { promise, open: resolve };
  ran = 0;
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  folder[Symbol.dispose]();
});

const output = z.object({ notes: z.int() });

const server = defineServer<Database>({
  database: "test.sqlite",
  open: (home) => openDatabase({ path: join(home, "test.sqlite"), migrations: ["CREATE TABLE note(text TEXT)"] }),
  close: (database) => void database.close(),
  tools: [
    defineTool({ name: "test_add", description: "", input: z.strictObject({}), output, hints, run: (_input, { state }: { state: Database }) => count(state, true) }),
    defineTool({
      name: "test_slow",
      description: "",
      input: z.strictObject({ write: z.boolean() }),
      output,
      hints: { ...hints, readOnly: true },
      run: async ({ write }, { state }: { state: Database }) => {
        await gate.promise;
        return count(state, write);
      },
    }),
    defineTool({
      name: "test_slow_add",
      description: "",
      input: z.strictObject({}),
      output,
      hints,
      run: async (_input, { state }: { state: Database }) => {
        await gate.promise;
        return count(state, true);
      },
    }),
    defineTool({
      name: "test_fail",
      description: "",
      input: z.strictObject({}),
      output,
      hints,
      run: async () => {
        ran++;
        await Promise.resolve();
        throw new UserError("refused", "It is refused.");
      },
    }),
    defineTool({
      name: "test_fail_late",
      description: "",
      input: z.strictObject({}),
      output,
      hints,
      limits: { timeoutMs: 20 },
      run: async () => {
        await gate.promise;
        throw new Error("nobody listens any more");
      },
    }),
  ],
});

function count(database: Database, write: boolean): { notes: number } {
  if (write) database.prepare("INSERT INTO note VALUES ('x')").run();
  return { notes: database.prepare("SELECT count(*) FROM note").pluck().get() as number };
}

function call(dispatch: Dispatch, name: string, more: Partial<Call> = {}): Promise<Record<string, unknown>> {
  return dispatch.call({ name, arguments: {}, meta: {}, client: "test", signal: new AbortController().signal, progress: () => {}, ...more }).then((text) => JSON.parse(text) as Record<string, unknown>);
}

describe("a call", () => {
  it("INFRA-05 that was cancelled before it ran is not run, not logged, and its failure ends nothing", async () => {
    const logged = vi.spyOn(process.stderr, "write");
    const dispatch = openCalls({ name: "test" }, server);
    const controller = new AbortController();
    controller.abort(new Error("cancelled by the client"));
    await expect(call(dispatch, "test_fail", { signal: controller.signal })).rejects.toThrow("cancelled by the client");
    expect([ran, logged.mock.calls]).toEqual([0, []]);
    expect(await call(dispatch, "test_fail")).toEqual({ content: [{ type: "text", text: "It is refused." }], isError: true });
    await dispatch.close();
  });

  it("that fails after its time limit has been answered, and ends nothing", async () => {
    const dispatch = openCalls({ name: "test" }, server);
    expect(await call(dispatch, "test_fail_late")).toMatchObject({ isError: true, content: [{ text: "test_fail_late took longer than 0.02 s and was stopped. Ask for less, or try again later." }] });
    // An unhandled rejection here would fail the whole run.
    gate.open();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await dispatch.close();
  });
});

describe("a database that is replaced", () => {
  it("is opened anew by the next call, and kept by those that still read it", async () => {
    const tools = openInProcess("test", server, { client: "test", way: "person" });
    for (const notes of [1, 2]) expect(await tools.call("test_add", {})).toEqual({ notes });
    const slow = tools.call("test_slow", { write: false });
    renameSync(path, `${path}.aside`);
    for (const suffix of ["-wal", "-shm"]) renameSync(path + suffix, `${path}.aside${suffix}`);
    expect(await tools.call("test_add", {})).toEqual({ notes: 1 });
    gate.open();
    expect(await slow).toEqual({ notes: 2 });
    expect(await tools.call("test_add", {})).toEqual({ notes: 2 });
    await tools.close();
  });

  it("does not swallow what a call writes meanwhile: it is told", async () => {
    const tools = openInProcess("test", server, { client: "test", way: "person" });
    await tools.call("test_add", {});
    const slow = tools.call("test_slow_add", {});
    renameSync(path, `${path}.aside`);
    gate.open();
    await expect(slow).rejects.toMatchObject({ code: "storage", message: `${path} was replaced while test_slow_add ran; what it wrote may be in the old file. Try again.` });
    await tools.close();
  });
});
