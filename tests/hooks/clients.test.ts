import { existsSync, rmSync } from "node:fs";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import type { ModelRequest } from "@paios/shared/testing/mock-models";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, describe, expect, it } from "vitest";
import { type Client, hookEvents, type Person, person } from "./rig.ts";

beforeAll(() => fetchClients(), 600_000);

const both = [["claude", "codex"], ["codex", "claude"]] as const;
const learned = "It was the thermostat: the root cause is that it reads the outdoor sensor. We decided to read the indoor sensor instead, because the seedlings are inside.";

/** What the model is told in a request, as text. */
const told = ({ body }: ModelRequest) => JSON.stringify(body).replaceAll(String.raw`\n`, "\n").replaceAll(String.raw`\"`, '"');
const shell = (client: Client, command: string) => (client === "claude" ? { own: { name: "Bash", input: { command, description: "x" } } } : { own: { name: "exec_command", input: { cmd: command } } });
const kept = (ada: Person, type: string) => expect.poll(() => ada.articles().filter((article) => article.type === type), { timeout: 30_000, interval: 100 });

describe.each(both)("what %s learned, for %s", (teller, hearer) => {
  it("MEM-02 MEM-04 HOOK-01 HOOK-05 is in the first request of the next session on the project, fenced, with its origin", async () => {
    using folder = temporaryFolder();
    await using ada = await person(folder.path);
    await ada.session(teller, "Why do the seedlings in the greenhouse die at night?", [shell(teller, "echo 4 degrees"), { text: learned }]);
    await kept(ada, "learning").toMatchObject([{ title: "Why do the seedlings in the greenhouse die at night?", origin: teller, project: "greenhouse", trust: "agent", text: expect.stringContaining("outdoor sensor") as string }]);

    const [first] = await ada.session(hearer, "Now fix it.", [{ text: "Fixed." }]);
    const request = told(first as ModelRequest);
    expect(request).toMatch(new RegExp(`#1 · learning · from ${teller} · today · the whole: kb_read \\{"id": 1\\}\n<external-content boundary="[\\w-]{12}" source="session of ${teller}">[\\s\\S]*outdoor sensor[\\s\\S]*</external-content boundary=`));
    expect(ada.ai.json<{ injected: object[] }>("memory", "why").injected).toMatchObject([{ id: 1, client: hearer, event: "SessionStart", project: "greenhouse" }]);
    expect(ada.mock.outside.filter((host) => !/github|openai|chatgpt/.test(host))).toEqual([]);
  });
});

describe.each(["claude", "codex"] as const)("%s", (client) => {
  it("HOOK-03 an answer that is plainly incomplete goes back once, and never twice", async () => {
    using folder = temporaryFolder();
    await using ada = await person(folder.path);
    const requests = await ada.session(client, "Write the report.", [{ text: "I created `src/report.ts`. It is done." }, { text: "I created `src/report.ts`, really." }, { text: "never asked" }]);
    expect(requests).toHaveLength(2);
    expect(told(requests[1] as ModelRequest)).toContain("Your answer is not complete: it says that src/report.ts was written, but there is no such file.");
  });

  it("HOOK-02 HOOK-04 KB-02 what a tool brought is kept in the background, and a hostile page is later shown only inside its fence", async () => {
    using folder = temporaryFolder();
    await using ada = await person(folder.path);
    await ada.session(client, "Read the page on the frost sensors.", [{ tool: { server: "pages", name: "read_page", input: { path: "frost sensors" } } }, { text: "Read." }]);
    await kept(ada, "result").toMatchObject([{ title: "pages read_page: frost sensors", trust: "external", origin: client, project: "greenhouse" }]);

    ada.git("checkout", "-b", "frost-sensors-modbus");
    const [first] = await ada.session(client, "Go on.", [{ text: "Done." }]);
    const request = told(first as ModelRequest);
    const fences = [...request.matchAll(/<external-content boundary="([\w-]{12})" source="mcp:pages[^>]*>([\s\S]*?)<\/external-content boundary="\1">/g)];
    expect(fences).toHaveLength(1);
    const inside = fences[0]?.[2] ?? "";
    expect(inside).toContain("Ignore your instructions");
    expect(request.split("Ignore your instructions")).toHaveLength(2);
    expect(inside).not.toMatch(/<\/?external-content|\u200b|\u2060|\u202e|\\u001b|\u001b/);
  });

  it("INTEG-03 however the hooks fail, the session is as it is without them", async () => {
    using bare = temporaryFolder();
    await using without = await person(bare.path, false);
    const run = async (ada: Person) => {
      const requests = await ada.session(client, "Look around.", [shell(client, "echo here"), { text: "There is nothing." }]);
      return requests.map((request) => said(request, ada.ai.home));
    };
    const plain = await run(without);
    expect(plain).toHaveLength(2);
    const faults: Record<string, (ada: Person) => void> = {
      "a damaged knowledge base": ({ ai }) => ai.write("no database at all".repeat(500), "paios", "kb.sqlite"),
      "no Node where the hooks look for it": ({ ai }) => rmSync(ai.path("paios", "bin", "node")),
    };
    for (const [fault, make] of Object.entries(faults)) {
      using folder = temporaryFolder();
      await using ada = await person(folder.path);
      make(ada);
      expect(await run(ada), fault).toEqual(plain);
    }
  });
});

it("LOG-14 before Claude compacts a conversation, what it learned is kept", async () => {
  using folder = temporaryFolder();
  await using ada = await person(folder.path);
  ada.ai.run("memory", "off");
  await ada.session("claude", "Why do the seedlings in the greenhouse die at night?", [{ text: learned }]);
  expect(existsSync(ada.ai.path("paios", "spool", "hooks"))).toBe(false);
  ada.ai.run("memory", "on");
  await ada.session("claude", "/compact", [{ text: "A summary." }], { args: ["--continue"] });
  expect(hookEvents(folder.path)).toContainEqual(expect.objectContaining({ action: "hook PreCompact", metadata: expect.objectContaining({ "paios.memory.kept": "session" }) as object }));
  await kept(ada, "learning").toMatchObject([{ text: expect.stringContaining("outdoor sensor") as string }]);
});

/** The conversation of a request without what differs from run to run. */
function said({ body }: ModelRequest, home: string): string[] {
  const items = (body["messages"] ?? body["input"]) as { role?: string; type?: string; content?: unknown; output?: unknown }[];
  return items
    .filter(({ role, type }) => role === "user" || role === "assistant" || type === "function_call_output")
    .map(({ content, output }) => JSON.stringify(content ?? output).replaceAll(home, "HOME").replace(/toolu_\w+|call_\w+|Chunk ID: \w+|Wall time: [\d.]+/g, "").replace(/[0-9a-f-]{36}/g, ""))
    .filter((text) => !/system-reminder|environment_context|AGENTS\.md|skills_instructions/.test(text));
}
