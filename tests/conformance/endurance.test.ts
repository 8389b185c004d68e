import { fileURLToPath } from "node:url";
import { fuzzRpc } from "@paios/shared/testing/fuzz-rpc";
import { slope, soak } from "@paios/shared/testing/soak";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";

const entry = fileURLToPath(new URL("fixture-server.ts", import.meta.url));
const seeds = [
  '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"fuzz","version":"1"}}}',
  '{"jsonrpc":"2.0","id":"a2","method":"tools/list","params":{}}',
  '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"test_echo","arguments":{"text":"hello","times":3},"_meta":{"progressToken":"p1"}}}',
  '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"test_tool_with_progress","arguments":{},"_meta":{"progressToken":7}}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}',
  '{"jsonrpc":"2.0","id":9,"method":"ping"}',
];

describe("a server built on serve()", () => {
  it("takes 60,000 consecutive calls in a heap of 64 MB, without a failure or a descriptor left open", async () => {
    using folder = temporaryFolder();
    const make = (n: number) => ({ name: "test_echo", arguments: { text: `call ${n}` } });
    const result = await soak({ entry, env: scratchEnvironment(folder.path), calls: 60_000, warmUp: 10_000, make });
    expect(result).toMatchObject({ calls: 60_000, failed: 0 });
    expect(result.descriptorsEnd).toBe(result.descriptorsStart);
    expect(result.rssEnd).toBeLessThan(200 * 1024 * 1024);
  });

  it("answers every one of 20,000 damaged lines in the protocol's own terms", async () => {
    using folder = temporaryFolder();
    const result = await fuzzRpc({ entry, env: scratchEnvironment(folder.path), lines: 20_000, seed: 1, seeds });
    expect(Object.keys(result.errors).toSorted()).toEqual(["-32600", "-32601", "-32602", "-32700"]);
  });
});

describe("the instruments", () => {
  it("count a failed call", async () => {
    using folder = temporaryFolder();
    const make = (n: number) => ({ name: n % 2 ? "test_error_handling" : "test_simple_text", arguments: {} });
    expect((await soak({ entry, env: scratchEnvironment(folder.path), calls: 20, warmUp: 2, make })).failed).toBe(10);
  });

  it("give the slope of a line", () => {
    expect(slope([0, 1, 2, 3].map((x) => ({ x, y: 5 + 3 * x })))).toBeCloseTo(3);
  });

  it("notice a defect behind a line that arrives whole", async () => {
    using folder = temporaryFolder();
    const defect = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"test_defect"}}';
    await expect(fuzzRpc({ entry, env: scratchEnvironment(folder.path), lines: 200, seed: 1, seeds: [defect] })).rejects.toThrow(/seed 1: a damaged line met a defect/);
  });
});
