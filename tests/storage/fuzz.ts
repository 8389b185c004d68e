import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fuzzRpc, type FuzzResult } from "@paios/shared/testing/fuzz-rpc";
import { seededRandom } from "@paios/shared/testing/random";
import type { ToolListing } from "@paios/shared/tool";
import { hostileArguments, refusedTargets } from "./hostile.ts";
import { configText, environment, faultsOf, kbEntry, type Outcome, startKb } from "./rig.ts";

export const tools = JSON.parse(readFileSync(new URL("../../packages/kb-server/tools.json", import.meta.url), "utf8")) as ToolListing[];

const seeds = [
  '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"fuzz","version":"1"}}}',
  '{"jsonrpc":"2.0","id":"a2","method":"tools/list","params":{}}',
  '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"kb_add","arguments":{"title":"A title","text":"Some text","tags":["a","b"],"project":"p"},"_meta":{"progressToken":"p1"}}}',
  '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"kb_search","arguments":{"query":"some \\"text\\"","limit":5,"tags":["a"],"since":"2026-01-01"},"_meta":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}}',
  '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"kb_read","arguments":{"id":1,"offset":0,"length":100}}}',
  '{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"kb_update","arguments":{"id":1,"text":"Another text","type":"note"}}}',
  '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"kb_forget","arguments":{"id":1,"undo":true}}}',
  '{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"kb_list","arguments":{"limit":5,"cursor":"1-1"}}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}',
  '{"jsonrpc":"2.0","id":9,"method":"ping"}',
];

/** Damaged lines to the built server on a home of its own; afterwards its database is whole. */
export async function fuzzLines(folder: string, lines: number, seed: number): Promise<FuzzResult & { faults: string[] }> {
  const home = preparedHome(folder);
  const result = await fuzzRpc({ entry: kbEntry, env: environment(folder, home), lines, seed, seeds });
  return { ...result, faults: faultsOf(home) };
}

/** Hostile arguments to every tool. `wrong` is every answer that is neither a result, nor a refusal in our words. */
export async function fuzzTools(folder: string, callsPerTool: number, seed: number): Promise<{ calls: number; answered: number; refused: number; wrong: string[] }> {
  const home = preparedHome(folder);
  const random = seededRandom(seed);
  const kb = await startKb(environment(folder, home));
  const wrong: string[] = [];
  let ids = 1;
  let answered = 0;
  let refused = 0;
  for (let n = 0; n < callsPerTool; n++) {
    for (const tool of tools) {
      const input = hostileArguments(tool, random, ids, n % 100 === 0);
      if (tool.name === "kb_capture") input["target"] = random.pick(refusedTargets);
      const { value, failure } = await kb.call(tool.name, input).catch((error: unknown): Outcome => ({ value: {}, failure: `-32603: no answer: ${String(error)}` }));
      if (tool.name === "kb_add") ids = Math.max(ids, Number(value["id"] ?? 1));
      if (failure === undefined) answered++;
      else refused++;
      const refusedTarget = tool.name === "kb_capture" && failure === undefined;
      if (refusedTarget || (failure !== undefined && /^-32603|Internal error|could not start|SQLITE|Error:/.test(failure))) wrong.push(`${tool.name} ${JSON.stringify(input).slice(0, 300)}: ${failure ?? "was captured"}\n${kb.stderr().slice(-1_500)}`);
      if (wrong.length > 10) break;
    }
  }
  if (!(await kb.ping())) wrong.push("no answer to a ping");
  await kb.stop();
  return { calls: callsPerTool * tools.length, answered, refused, wrong: [...wrong, ...faultsOf(home)] };
}

function preparedHome(folder: string): string {
  const home = join(folder, "paios");
  mkdirSync(home);
  writeFileSync(join(home, "paios.json"), configText);
  return home;
}
