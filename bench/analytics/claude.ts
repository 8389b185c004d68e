import { iso, withRoom } from "./draw.ts";
import type { Line } from "./sink.ts";
import { drawTokens, type World } from "./world.ts";

/** How a session's rows look; the first is Claude Code 2.1.329, the second what versions of 2025 wrote. */
export interface Style {
  old: boolean;
  requestIds: boolean;
  messageIds: boolean;
  mcp: boolean;
  /** A second model is asked within a request; its tokens stand in the usage's iterations only. */
  advised: boolean;
}

export const today: Style = { old: false, requestIds: true, messageIds: true, mcp: true, advised: false };
export const old: Style = { old: true, requestIds: true, messageIds: true, mcp: false, advised: false };

/** A row as it is before one knows whose file it is in: the session's id stands between its two halves. */
export interface Row {
  head: readonly string[];
  tail: readonly string[];
  assistant: boolean;
}

export interface Session {
  id: string;
  cwd: string;
  style: Style;
  rows: Row[];
  parent: string | null;
  atMs: number;
  /** The server whose result the next request reads. */
  mcpServer: string;
  /** In a sub-agent's file. */
  agent: string;
}

const models = ["claude-opus-5-5", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5-20251001", "house-model-7"];
const oldModels = ["claude-sonnet-4-20250514", "claude-opus-4-1-20250805", "unheard-of-model"];
const ownTools = ["Bash", "Bash", "Read", "Edit", "Grep", "Write", "WebFetch"];
const mcpTools = ["mcp__kb__kb_search", "mcp__kb__kb_add", "mcp__github__list_issues", "mcp__obs__obs_query"];

export function beginSession({ draw, projects }: World, style: Style): Session {
  return { id: draw.uuid(), cwd: draw.pick(projects), style, rows: [], parent: null, atMs: draw.start(), mcpServer: "", agent: "" };
}

export function addTurns(world: World, session: Session, turns: number): void {
  for (let turn = 0; turn < turns; turn++) addTurn(world, session);
}

function addTurn(world: World, session: Session): void {
  const { draw, texts } = world;
  session.atMs += 5_000 + draw.between(0, 1_200_000);
  if (!session.style.old && !session.agent && draw.chance(0.3)) session.rows.push(note(`{"type":"last-prompt","lastPrompt":"${texts.short()}","leafUuid":"${session.parent ?? draw.uuid()}","sessionId":"`));
  push(world, session, "user", [`"message":{"role":"user","content":"`, texts.short(), `"}`]);
  const requests = 1 + draw.between(0, 12);
  for (let request = 1; request <= requests; request++) {
    const tools = request < requests ? drawTools(world, session) : [];
    addRequest(world, session, tools);
    for (const { id, name } of tools) addResult(world, session, id, name);
  }
}

function drawTools({ draw }: World, { style }: Session): Tool[] {
  // Without ids there is nothing that holds the rows of one request together: it has one row.
  const count = style.messageIds ? 1 + draw.between(0, 3) : 1;
  return Array.from({ length: count }, () => ({ id: `toolu_01${draw.hex(22)}`, name: draw.pick(style.mcp && draw.chance(0.2) ? mcpTools : ownTools) }));
}

interface Tool {
  id: string;
  name: string;
}

/** One request: a row for each block of its answer. */
export function addRequest(world: World, session: Session, tools: readonly Tool[]): void {
  const { draw, texts, truth } = world;
  const { style } = session;
  session.atMs = withRoom(session.atMs + 1_500 + draw.between(0, 60_000), 10_000);
  const tokens = drawTokens(draw);
  const model = draw.pick(style.old ? oldModels : models);
  const mcpServer = session.mcpServer;
  session.mcpServer = "";
  const advice = style.advised && draw.chance(0.5) ? advise(world, session, mcpServer) : "";
  const request = { id: `msg_01${draw.hex(22)}`, requestId: `req_01${draw.hex(22)}`, model, tokens, advice };
  truth.count({
    client: "claude", session: session.id, project: session.cwd, model, mcpServer, atMs: session.atMs,
    tokens: { inputTokens: tokens.input, outputTokens: tokens.output, cacheReadTokens: tokens.cacheRead, cacheWrite5mTokens: tokens.cache5m + (style.old ? tokens.cache1h : 0), cacheWrite1hTokens: style.old ? 0 : tokens.cache1h, reasoningTokens: style.old ? 0 : tokens.reasoning },
  });
  const blocks: string[][] = tools.map(({ id, name }) => [`{"type":"tool_use","id":"${id}","name":"${name}","input":{"command":"`, texts.short(), `"}}`]);
  if (tools.length === 0 || draw.chance(0.4)) blocks.unshift([`{"type":"text","text":"`, texts.prose(), `"}`]);
  if (draw.chance(0.4)) blocks.unshift([`{"type":"thinking","thinking":"`, texts.prose(), `","signature":"${draw.hex(40)}"}`]);
  const written = style.messageIds ? blocks : blocks.slice(-1);
  written.forEach((block, at) => addBlock(world, session, { ...request, block, at, count: written.length, mcpServer }));
}

/** What a second model used, counted as a request of its own. */
function advise({ draw, truth }: World, session: Session, mcpServer: string): string {
  const model = "claude-opus-5-5";
  const { input, output, cacheRead, cache5m, cache1h } = drawTokens(draw);
  truth.count({ client: "claude", session: session.id, project: session.cwd, model, mcpServer, atMs: session.atMs, tokens: { inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead, cacheWrite5mTokens: cache5m, cacheWrite1hTokens: cache1h, reasoningTokens: 0 } });
  return `{"type":"advisor_message","model":"${model}","input_tokens":${input},"output_tokens":${output},"cache_read_input_tokens":${cacheRead},"cache_creation_input_tokens":${cache5m + cache1h},"cache_creation":{"ephemeral_5m_input_tokens":${cache5m},"ephemeral_1h_input_tokens":${cache1h}}}`;
}

interface Block {
  id: string;
  requestId: string;
  model: string;
  tokens: ReturnType<typeof drawTokens>;
  advice: string;
  block: string[];
  at: number;
  count: number;
  mcpServer: string;
}

function addBlock(world: World, session: Session, { id, requestId, model, tokens, advice, block, at, count, mcpServer }: Block): void {
  const { draw } = world;
  const { style } = session;
  const isLast = at === count - 1;
  // Versions of 2025 wrote a row when its block was done, with the output so far.
  const output = style.old && !isLast ? Math.min(tokens.output, 1 + at * 3) : tokens.output;
  const tiers = style.old ? "" : `,"cache_creation":{"ephemeral_1h_input_tokens":${tokens.cache1h},"ephemeral_5m_input_tokens":${tokens.cache5m}}`;
  const thinking = style.old ? "" : `,"output_tokens_details":{"thinking_tokens":${tokens.reasoning}}`;
  const step = `{"type":"message","input_tokens":${tokens.input},"output_tokens":${output},"cache_read_input_tokens":${tokens.cacheRead},"cache_creation_input_tokens":${tokens.cache5m + tokens.cache1h}}`;
  const iterations = style.old ? "" : `,"iterations":[${advice ? `${step},${advice}` : ""}]`;
  const usage = `{"input_tokens":${tokens.input},"cache_creation_input_tokens":${tokens.cache5m + tokens.cache1h},"cache_read_input_tokens":${tokens.cacheRead},"output_tokens":${output}${thinking},"server_tool_use":{"web_search_requests":0,"web_fetch_requests":0},"service_tier":"standard"${tiers}${iterations}}`;
  const message = [`"message":{${style.messageIds ? `"id":"${id}",` : ""}"type":"message","role":"assistant","model":"${model}","content":[`, ...block, `],"stop_reason":${isLast || !style.old ? `"end_turn"` : "null"},"stop_sequence":null,"usage":${usage}},${style.requestIds ? `"requestId":"${requestId}",` : ""}`];
  session.atMs += draw.below(900);
  if (!style.old) {
    message.push(`"requestRef":"${draw.uuid()}","requestedModel":"${model}","promptCacheRequested":"5m",${mcpServer ? `"attributionMcpServer":"${mcpServer}","attributionMcpTool":"t",` : ""}${session.agent ? `"attributionAgent":"general-purpose",` : ""}`);
  }
  push(world, session, "assistant", message);
}

function addResult(world: World, session: Session, id: string, name: string): void {
  const { draw, texts, truth } = world;
  truth.call("claude", name);
  session.atMs += 20 + draw.between(0, 20_000);
  // A few tools never answer: the person stopped them.
  if (draw.chance(0.01)) return;
  const failed = draw.chance(0.06);
  if (failed) truth.fail("claude", name);
  const output = texts.output();
  const isMcp = name.startsWith("mcp__");
  if (isMcp) session.mcpServer = name.split("__")[1] ?? "";
  // What an MCP server gives may look like our own rows, not even in a string.
  const structured = isMcp && draw.chance(0.1) ? `,"mcpMeta":{"structuredContent":{"type":"assistant","message":{"id":"msg_decoy","model":"claude-opus-5-5","usage":{"input_tokens":999999,"output_tokens":999999}},"requestId":"req_decoy"}}` : "";
  const begin = failed ? `{"type":"tool_result","content":"` : `{"tool_use_id":"${id}","type":"tool_result","content":"`;
  const end = failed ? `","is_error":true,"tool_use_id":"${id}"}]}` : isMcp ? `"}]}` : `","is_error":false}]}`;
  const kept = failed ? [`,"toolUseResult":"Error: `, output, `"`] : [`,"toolUseResult":{"stdout":"`, output, `","stderr":"","interrupted":false}${structured}`];
  push(world, session, "user", [`"message":{"role":"user","content":[${begin}`, output, end], kept);
}

/** A row in the key order of its version: what a person or a tool said stands behind its type, what a model said before it. */
export function push(world: World, session: Session, type: "user" | "assistant", message: readonly string[], after: readonly string[] = []): void {
  const { draw } = world;
  const uuid = draw.uuid();
  const links = `{"parentUuid":${session.parent === null ? "null" : `"${session.parent}"`},"isSidechain":${session.agent !== ""},`;
  const agent = session.agent ? `"agentId":"${session.agent}",` : "";
  const stamp = `"uuid":"${uuid}","timestamp":"${iso(session.atMs)}"`;
  const body = type === "user" ? [`"type":"user",`, ...message, `,${stamp}`, ...after] : [...message, `${message.at(-1)?.endsWith(",") ? "" : ","}"type":"assistant",${stamp}`];
  // A person goes into a folder below now and then; the session stays where it was begun.
  const cwd = draw.chance(0.03) ? `${session.cwd}/src` : session.cwd;
  session.rows.push(
    session.style.old
      ? { head: [`${links}"userType":"external","cwd":"${cwd}","sessionId":"`], tail: [`","version":"1.0.119","gitBranch":"main",${agent}`, ...body], assistant: type === "assistant" }
      : { head: [`${links}${agent}`, ...body, `,"effort":"medium","madeBy":"model","userType":"external","entrypoint":"cli","cwd":"${cwd}","sessionId":"`], tail: [`","version":"2.1.329","gitBranch":"main"`], assistant: type === "assistant" },
  );
  session.parent = uuid;
}

/** A row of the client's own bookkeeping: all of it but the session's id. */
export function note(head: string): Row {
  return { head: [head], tail: [`"`], assistant: false };
}

/** The lines of rows in a session's file; `origin` is the session they were copied from. */
export function linesOf(rows: readonly Row[], session: string, origin = ""): Line[] {
  return rows.map(({ head, tail, assistant }) => [...head, session, ...tail, assistant && origin ? `,"requestSessionId":"${origin}"}\n` : "}\n"]);
}
