import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClientRun, codexConfig, runClaude, runCodex } from "@paios/shared/testing/clients";
import { type MockModels, type ModelRequest, startMockModels } from "@paios/shared/testing/mock-models";
import type { Turn } from "@paios/shared/testing/model-protocol";
import Database from "better-sqlite3";
import { type Terminal, terminal } from "../setup/terminal.ts";
import { endWriters } from "./fault-rig.ts";

export type Client = "claude" | "codex";

export interface Person extends AsyncDisposable {
  ai: Terminal;
  mock: MockModels;
  /** The project in which the sessions run: a git repository. */
  project: string;
  git: (...args: string[]) => void;
  /** One session of the real client, with our plugin from `ai setup`; its requests to the model. */
  session: (client: Client, prompt: string, script: readonly Turn[], more?: Partial<ClientRun>) => Promise<ModelRequest[]>;
  /** Rows of the knowledge base as it is now; none when it is not there yet. */
  articles: () => { type: string; title: string; text: string; trust: string; origin: string; project: string }[];
}

/** A server of the person's own, whose one tool brings a page by somebody else. */
const pages = join(import.meta.dirname, "pages-server.mjs");
const runners = { claude: runClaude, codex: runCodex };

/** A person with both real CLIs, set up by `ai setup`, whose models say what each session's script says. */
export async function person(folder: string, setUp = true): Promise<Person> {
  const ai = await terminal(folder);
  const project = join(folder, "work");
  mkdirSync(project, { recursive: true });
  const git = (...args: string[]) => void execFileSync("git", ["-C", project, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { stdio: "ignore" });
  git("init", "-b", "main");
  git("remote", "add", "origin", "git@example.com:ada/greenhouse.git");
  git("commit", "--allow-empty", "-m", "Start");
  const script: Turn[] = [];
  const mock = await startMockModels(script);
  ai.write(codexConfig({ mock, servers: [{ name: "pages", command: process.execPath, args: [pages] }] }).replace("plugins = false", "plugins = true").replace("read-only", "danger-full-access"), "codex", "config.toml");
  ai.write(JSON.stringify({ hasCompletedOnboarding: true, mcpServers: { pages: { type: "stdio", command: process.execPath, args: [pages] } } }), "claude", ".claude.json");
  ai.write('{"permissions": {"allow": ["Bash", "Write", "Edit", "Read", "WebFetch", "mcp__pages"]}}', "claude", "settings.json");
  if (setUp) {
    const { status, stderr } = ai.run("setup", "--yes");
    if (status !== 0) throw new Error(stderr);
  }
  return {
    ai,
    mock,
    project,
    git,
    session: async (client, prompt, turns, more = {}) => {
      script.length = mock.requests.filter(({ turn }) => turn !== undefined).length;
      script.push(...turns);
      const { code, stderr, requests } = await runners[client]({ prompt, mock, servers: [], home: folder, prepared: true, ...more });
      if (code !== 0) throw new Error(`${client} ended with ${code}: ${stderr}`);
      return requests.filter(({ turn }) => turn !== undefined);
    },
    articles: () => {
      const path = join(folder, "paios", "kb.sqlite");
      try {
        const database = new Database(path, { readonly: true });
        try {
          return database.prepare("SELECT article.type, title, trust, project, (SELECT group_concat(text, '') FROM chunk WHERE article_id = article.id) AS text, (SELECT origin FROM source WHERE article_id = article.id LIMIT 1) AS origin FROM article WHERE state = 'live' ORDER BY article.id").all() as ReturnType<Person["articles"]>;
        } finally {
          database.close();
        }
      } catch {
        return [];
      }
    },
    [Symbol.asyncDispose]: async () => {
      await mock.close();
      // They wait a while for more to write, and the folder is removed next.
      endWriters({ home: join(folder, "paios") });
    },
  };
}

/** What hooks wrote into the log. */
export function hookEvents(home: string): { action: string; status: string; metadata: Record<string, unknown> }[] {
  const spool = join(home, "paios", "spool");
  return readdirSync(spool, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith("events-hooks"))
    .flatMap(({ name }) => readFileSync(join(spool, name), "utf8").trim().split("\n"))
    .map((line) => JSON.parse(line) as ReturnType<typeof hookEvents>[number]);
}
