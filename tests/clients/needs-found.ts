import { offers, startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import { runClaude, runCodex } from "@paios/shared/testing/clients";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { builtServer } from "./fixtures.ts";
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
const servers = ["kb", "obs"];

/** Every need through a client's own tool search, in one session of the real client with both built servers. */
export async function askAll(client: "claude" | "codex", queryOf: (need: string) => string): Promise<Ask[]> {
  const { run, model, tools: toolsOf } = clients[client];
  using folder = temporaryFolder();
  const queries = needs.map(({ need }) => queryOf(need));
  const mock = await startMockModels([...queries.map((search) => ({ search })), { text: "Thank you." }]);
  try {
    const registered = servers.map((name) => builtServer(name, { PAIOS_HOME: folder.path }));
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

/** Articles, pronouns, auxiliaries, prepositions, conjunctions and question words, as in any grammar. */
const functionWords = new Set(
  `a an the this that these those there it its i me my we us our you your they them their he she and or but not no so to too of
  in on at by for from with into about over up out as is am are was were be been being do does did have has had can could will
  would should may might must what which who whom whose when where why how if then than any some all each every just please`.split(/\s+/),
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
