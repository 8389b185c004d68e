import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { serverFolders } from "../scripts/server-folders.ts";
import { type Ask, askAll, keywords } from "../tests/clients/needs-found.ts";
import { type BenchResult, row, type Row } from "./result.ts";

/** How often the real clients' own tool searches find the right tool for a need in plain words, and what the lists cost. */
export async function bench(): Promise<BenchResult> {
  const claude = await askAll("claude", keywords);
  const sentences = await askAll("claude", (need) => need);
  const codex = await askAll("codex", (need) => need);
  const lists = serverFolders().map((folder) => ({ folder, tools: JSON.parse(readFileSync(`${folder}/tools.json`, "utf8")) as Listed[] }));
  const every = lists.flatMap(({ tools }) => tools);
  return {
    name: "tool-search",
    rows: [
      ...shares("Claude", claude),
      row("Claude, whole sentences", { unit: "%", ours: share(sentences) }),
      ...shares("Codex", codex),
      ...lists.map(({ folder, tools }) => row(`list of ${basename(folder)}`, { unit: "tokens", ours: tokens(tools), target: { atMost: 1_400 } })),
      row("lists of the first five", { unit: "tokens", ours: tokens(lists.filter(({ folder }) => folder.startsWith("packages/")).flatMap(({ tools }) => tools)), target: { atMost: 5_000 } }),
      row("all lists", { unit: "tokens", ours: tokens(every), target: { atMost: 5_450 } }),
      row("tools in every request", { unit: "tokens", ours: tokens(every.filter(({ _meta }) => _meta?.["anthropic/alwaysLoad"])), target: { atMost: 600 } }),
    ],
    notes: [
      `${claude.length} needs in plain words (tests/clients/needs.ts). Claude's search asks for keywords, so it gets them without function words; Codex gets the sentence.`,
      "The reported half is no blind test: its misses before the fitting were seen, and its share was measured five times; on the first Claude found 88 % of it, Codex 96 %.",
      "A tool that the client offers in every request counts as found. Four characters a token.",
    ],
  };
}

function shares(name: string, asks: readonly Ask[]): Row[] {
  const half = (wanted: Ask["half"]) => asks.filter((ask) => ask.half === wanted);
  return [
    row(`${name}, all`, { unit: "%", ours: share(asks), target: { atLeast: 95 } }),
    row(`${name}, tuned half`, { unit: "%", ours: share(half("tune")) }),
    row(`${name}, reported half`, { unit: "%", ours: share(half("reported")) }),
  ];
}

function share(asks: readonly Ask[]): number {
  return (100 * asks.filter(({ hit }) => hit).length) / asks.length;
}

interface Listed {
  _meta?: { "anthropic/alwaysLoad"?: boolean };
}

function tokens(tools: readonly Listed[]): number {
  return Math.ceil(JSON.stringify(tools).length / 4);
}
