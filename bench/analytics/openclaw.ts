import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { iso } from "./draw.ts";
import { pack, writeLines } from "./sink.ts";
import { type Case, drawTokens, type World } from "./world.ts";

interface Event {
  atMs: number;
  json: string;
}

interface Session {
  id: string;
  agent: string;
  cwd: string;
  atMs: number;
  events: Event[];
}

const models = [["anthropic", "claude-sonnet-5-5"], ["openai", "gpt-6.1-sol"], ["ollama", "duck-3b"]] as const;
const agents = ["main", "writer", "ops"];

/** What is found in the folders of OpenClaw: its databases, and archives and files of older versions. */
export const openClawCases: Record<string, Case> = {
  "openclaw database": (world) => store(world, talk(world)),
  "openclaw fork": fork,
  "openclaw older file": (world) => saveFile(world, talk(world), ".jsonl"),
  "openclaw older file, since imported": imported,
  "openclaw deleted session": (world) => saveFile(world, talk(world), ".jsonl.deleted.2026-05-01T10-00-00.000Z.zst"),
  "openclaw cold archive": cold,
};

function talk(world: World): Session {
  const { draw } = world;
  const atMs = draw.start();
  const session: Session = { id: draw.uuid(), agent: draw.pick(agents), cwd: draw.pick(world.projects), atMs, events: [] };
  add(session, `{"type":"session","version":3,"id":"${session.id}","timestamp":"${iso(atMs)}","cwd":"${session.cwd}"}`);
  addTurns(world, session, 2 + draw.between(0, world.turns));
  return session;
}

function add(session: Session, json: string): void {
  session.events.push({ atMs: session.atMs, json });
}

function addTurns(world: World, session: Session, turns: number): void {
  const { draw, texts } = world;
  for (let turn = 0; turn < turns; turn++) {
    session.atMs += 5_000 + draw.between(0, 1_800_000);
    addMessage(world, session, `"role":"user","content":"${texts.short()}","timestamp":${session.atMs}`);
    const requests = 1 + draw.between(0, 8);
    for (let request = 1; request <= requests; request++) addRequest(world, session, request < requests);
  }
}

function addMessage({ draw }: World, session: Session, message: string): void {
  add(session, `{"type":"message","id":"${draw.uuid()}","parentId":null,"timestamp":"${iso(session.atMs)}","message":{${message}}}`);
}

function addRequest(world: World, session: Session, usesTool: boolean): void {
  const { draw, texts, truth } = world;
  session.atMs += 700 + draw.between(0, 40_000);
  const { input, output, cacheRead, cache5m: cacheWrite, reasoning } = drawTokens(draw);
  const [provider, model] = draw.pick(models);
  truth.count({ client: "openclaw", session: session.id, project: session.cwd, model, mcpServer: "", atMs: session.atMs, tokens: { inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead, cacheWrite5mTokens: cacheWrite, cacheWrite1hTokens: 0, reasoningTokens: reasoning } });
  const call = `call_${draw.hex(20)}`;
  const tool = draw.pick(["exec", "read", "edit"]);
  const text = `{"type":"text","text":"${texts.prose()}"}`;
  const content = usesTool ? `${text},{"type":"toolCall","id":"${call}","name":"${tool}","arguments":{"command":"${texts.short()}"}}` : text;
  addMessage(world, session, `"role":"assistant","content":[${content}],"api":"openai-completions","provider":"${provider}","model":"${model}","usage":{"input":${input},"output":${output},"cacheRead":${cacheRead},"cacheWrite":${cacheWrite},"reasoningTokens":${reasoning},"totalTokens":${input + output + cacheRead + cacheWrite},"cost":{"input":0.1,"output":0.2,"cacheRead":0,"cacheWrite":0,"total":0.3}},"stopReason":"stop","timestamp":${session.atMs - 500},"responseId":"chatcmpl-${draw.hex(24)}"`);
  if (!usesTool) return;
  truth.call("openclaw", tool);
  const failed = draw.chance(0.05);
  if (failed) truth.fail("openclaw", tool);
  session.atMs += 50 + draw.between(0, 8_000);
  addMessage(world, session, `"role":"toolResult","toolCallId":"${call}","toolName":"${tool}","content":[{"type":"text","text":"${texts.output()}"}],"details":{"status":"${failed ? "failed" : "completed"}","durationMs":40},"isError":${failed},"timestamp":${session.atMs}`);
}

/** A child session begins with its parent's events as they are. */
function fork(world: World): void {
  const { draw } = world;
  const parent = talk(world);
  const child: Session = { ...parent, id: draw.uuid(), atMs: parent.atMs + 60_000 + draw.below(86_400_000), events: [] };
  add(child, `{"type":"session","version":3,"id":"${child.id}","timestamp":"${iso(child.atMs)}","cwd":"${child.cwd}","parentSession":"agent:main:main"}`);
  child.events.push(...parent.events.slice(1));
  addTurns(world, child, 1);
  store(world, parent);
  store(world, child);
}

function imported(world: World): void {
  const session = talk(world);
  saveFile(world, session, ".jsonl");
  store(world, session);
}

function saveFile(world: World, { id, agent, events }: Session, ending: string): void {
  save(world, `${agent}/sessions/${id}${ending}`, events.map(({ json }) => json));
}

function cold(world: World): void {
  const session = talk(world);
  const lines = [`{"kind":"header","version":1,"sessionId":"${session.id}","generation":"g"}`, ...session.events.map(({ json, atMs }, seq) => JSON.stringify({ kind: "event", row: { seq, event_json: json, created_at: atMs } })), '{"kind":"index","row":{"indexed_seq":1}}'];
  save(world, `${session.agent}/sessions/cold/${createHash("sha256").update(session.id).digest("hex")}.jsonl.zst`, lines);
}

function save(world: World, below: string, lines: readonly string[]): void {
  world.bytes += writeLines(`${world.root}/openclaw/agents/${below}`, lines.map((line) => [line, "\n"]));
  world.files++;
}

const databases = new WeakMap<World, Map<string, Database.Database>>();

/** The tables a reader needs, and one whose usage is a sum of the transcript's. */
const tables = `
  CREATE TABLE schema_meta (meta_key TEXT NOT NULL PRIMARY KEY, role TEXT NOT NULL, schema_version INTEGER NOT NULL, agent_id TEXT, app_version TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
  CREATE TABLE session_windows (session_id TEXT NOT NULL PRIMARY KEY, session_key TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, transcript_updated_at INTEGER, model_provider TEXT, model TEXT) STRICT;
  CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT, created_at INTEGER NOT NULL, event_zstd BLOB, event_utf8_bytes INTEGER, navigation_json TEXT, PRIMARY KEY (session_id, seq)) STRICT;
  CREATE TABLE transcript_rewrite_watermarks (session_id TEXT NOT NULL PRIMARY KEY, generation TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
  CREATE TABLE trajectory_runtime_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, run_id TEXT, event_json TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (session_id, seq)) STRICT;
  PRAGMA user_version = 23;`;

function store(world: World, { id, agent, events, atMs }: Session): void {
  const database = databaseOf(world, agent);
  const insert = database.prepare("INSERT INTO transcript_events VALUES (?, ?, ?, ?, ?, ?, ?)");
  database.transaction(() => {
    database.prepare("INSERT INTO session_windows VALUES (?, ?, ?, ?, ?, ?, ?)").run(id, `agent:${agent}:${id}`, events[0]?.atMs ?? atMs, atMs, atMs, "anthropic", "claude-sonnet-5-5");
    database.prepare("INSERT INTO transcript_rewrite_watermarks VALUES (?, 'g', ?)").run(id, atMs);
    database.prepare("INSERT INTO trajectory_runtime_events VALUES (?, 0, 'r', ?, ?)").run(id, '{"type":"model.completed","data":{"usage":{"input":999999,"output":999999,"cacheRead":0,"cacheWrite":0,"total":1999998}}}', atMs);
    events.forEach(({ json, atMs: created }, seq) => {
      // OpenClaw packs an event when that saves a tenth of it.
      const bytes = Buffer.byteLength(json);
      const packed = seq > 0 && bytes >= 1_024 && !json.includes("\\u") ? pack(json) : undefined;
      const isSmaller = packed !== undefined && packed.length <= bytes - Math.max(64, bytes / 10);
      insert.run(id, seq, isSmaller ? null : json, created, isSmaller ? packed : null, bytes, isSmaller ? '{"version":1}' : null);
      world.bytes += isSmaller ? packed.length : bytes;
    });
  })();
}

function databaseOf(world: World, agent: string): Database.Database {
  const open = databases.get(world) ?? new Map<string, Database.Database>();
  databases.set(world, open);
  const known = open.get(agent);
  if (known) return known;
  const path = `${world.root}/openclaw/agents/${agent}/agent/openclaw-agent.sqlite`;
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = OFF");
  database.exec(tables);
  open.set(agent, database);
  world.files++;
  return database;
}

/** Closes the databases; they are whole files then. */
export function closeOpenClaw(world: World): void {
  for (const database of databases.get(world)?.values() ?? []) database.close();
  databases.delete(world);
}
