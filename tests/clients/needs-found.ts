import { join } from "node:path";
import { offers, startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import { runClaude, runCodex } from "@paios/shared/testing/clients";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { readServers } from "../../apps/cli/src/setup/servers.ts";
import { needs } from "./needs.ts";

export interface Ask {
  need: string;
  query: string;
  tools: readonly string[];
  half: "tune" | "reported";
  /** What the client's search answered, and what it offers without a search. */
  found: readonly string[];
  hit: boolean;
}

const clients = {
  claude: { run: runClaude, model: undefined, tools: toolsOfClaude },
  // A model that Codex knows, since it lists every tool to the others.
  codex: { run: runCodex, model: "gpt-6.1-sol", tools: toolsOfCodex },
};
const repository = join(import.meta.dirname, "../..");

/** Every need through a client's own tool search, in one session of the real client with every built server. */
export async function askAll(client: "claude" | "codex", queryOf: (need: string) => string): Promise<Ask[]> {
  const { run, model, tools: toolsOf } = clients[client];
  using folder = temporaryFolder();
  const queries = needs.map(({ need }) => queryOf(need));
  const mock = await startMockModels([...queries.map((search) => ({ search })), { text: "Thank you." }]);
  try {
    const registered = readServers(repository, folder.path).map(({ name, args, env }) => ({ name, command: process.execPath, args, env }));
    const { code, stderr, requests } = await run({ prompt: "Find tools", mock, servers: registered, timeoutMs: 150_000, ...(model && { model }) });
    if (code !== 0 || mock.outside.length > 0) throw new Error(`${client} ended with ${code}, outside: ${mock.outside.join(" ")}. ${stderr}`);
    const first = turnRequest(requests, 0);
    const answers = toolResults(turnRequest(requests, needs.length));
    if (answers.length !== needs.length) throw new Error(`${client} answered ${answers.length} of ${needs.length} searches`);
    return needs.map(({ need, tools }, at) => {
      const searched = toolsOf(answers[at]?.text ?? "");
      const listed = tools.filter((tool) => offers(first, tool.split("_")[0] ?? "", tool) === "listed");
      const found = [...searched, ...listed];
      return { need, query: queries[at] ?? "", tools, half: at % 2 === 1 ? "tune" : "reported", found, hit: tools.some((tool) => found.includes(tool)) };
    });
  } finally {
    await mock.close();
  }
}

/** The closed classes of English: articles, quantifiers, pronouns, question words, conjunctions, prepositions, auxiliaries, a few adverbs. */
const functionWords = new Set(
  `a an the this that these those such same other another own both either neither each every all any some no not nor few many much
  more most less several one ones i me my mine we us our ours you your yours he him his she her hers it its they them their theirs
  myself yourself itself themselves someone anyone everyone something anything everything nothing somebody anybody everybody nobody
  who whom whose which what when where why how whether and or but so yet if then than as because since until while though although
  of in on at by for from to into onto with without within about around over under above below between among through during before
  after against across along off up out am is are was were be been being do does did have has had can could will would shall should
  may might must there here ever too also just only very please`.split(/\s+/),
);

/** The need as a model asks Claude's tool search, which wants keywords: without English function words. */
export function keywords(need: string): string {
  return (need.toLowerCase().match(/[a-z0-9-]+/g) ?? []).filter((word) => !functionWords.has(word)).join(" ");
}

function toolsOfClaude(text: string): string[] {
  return text.split("\n").map((name) => name.replace(/^mcp__[a-z]+__/, ""));
}

function toolsOfCodex(text: string): string[] {
  const namespaces = JSON.parse(text) as { tools?: { name: string }[] }[];
  return namespaces.flatMap(({ tools = [] }) => tools.map(({ name }) => name));
}
