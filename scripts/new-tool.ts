import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** `pnpm new-tool kb_example`: the tool's file, its test and its entry in the server's list. */
const [name = ""] = process.argv.slice(2);
const [, prefix] = /^([a-z]+)_[a-z]+(?:_[a-z]+)*$/.exec(name) ?? [];
const folder = `packages/${prefix}-server`;
const server = `${folder}/src/server.ts`;
if (!prefix || !existsSync(server)) fail(`"${name}" is not a tool name: it is the prefix of a server in packages/, then words, as kb_example.`);
const file = `${folder}/src/tools/${name}.ts`;
if (existsSync(file)) fail(`${file} exists already.`);

const list = readFileSync(server, "utf8");
const open = /open: \((\w*)\)/.test(list);
const state = /defineServer<(\w+)>/.exec(list)?.[1] ?? "unknown";
const stateFile = new RegExp(`import \\{[^}]*\\b${state}\\b[^}]*\\} from "(\\./[\\w/-]+\\.ts)"`).exec(list)?.[1];
const entry = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
if (!open || !stateFile || !/tools: \[[^\]]*\]/.test(list)) fail(`${server} has not the usual shape; add the tool by hand.`);

writeFileSync(
  file,
  `import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { ${state} } from ".${stateFile}";

export default defineTool({
  name: "${name}",
  description: "What it does. Use when … Returns …, at most ….",
  input: z.strictObject({ text: z.string().max(1_000) }),
  output: z.object({ length: z.int() }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: ({ text }, _context: Context<${state}>) => ({ length: text.length }),
});
`,
);
writeFileSync(
  file.replace(/\.ts$/, ".test.ts"),
  `import { openInProcess } from "@paios/shared/calls";
import { expect, it } from "vitest";
import server from "../server.ts";

it("${name} answers", async () => {
  const tools = openInProcess("${prefix}", server, { client: "test", way: "mcp" });
  try {
    expect(await tools.call("${name}", { text: "four" })).toEqual({ length: 4 });
  } finally {
    await tools.close();
  }
});
`,
);
const lastImport = [...list.matchAll(/^import .* from "\.\/tools\/.*";$/gm)].at(-1);
const withImport = lastImport ? list.replace(lastImport[0], `${lastImport[0]}\nimport ${entry} from "./tools/${name}.ts";`) : `import ${entry} from "./tools/${name}.ts";\n${list}`;
writeFileSync(server, withImport.replace(/tools: \[([^\]]*)\]/, (_, tools: string) => `tools: [${[tools, entry].filter(Boolean).join(", ")}]`));
console.log(`Made ${file} and its test, and listed it in ${server}.\nNext: write them, then pnpm fix (golden tools.json and tables) and pnpm check.`);

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
