import { addRequest, addTurns, beginSession, linesOf, note, old, push, type Row, type Session, today } from "./claude.ts";
import { iso } from "./draw.ts";
import { type Ending, type Line, writeLines } from "./sink.ts";
import { type Case, drawTokens, type World } from "./world.ts";

/** What is found in the folders of Claude Code, each as a session or a family of them. */
export const claudeCases: Record<string, Case> = {
  "claude plain": (world) => save(world, talk(world, today)),
  "claude old, growing outputs": (world) => save(world, talk(world, old)),
  "claude without request ids": (world) => save(world, talk(world, { ...old, requestIds: false })),
  "claude without message ids": (world) => save(world, talk(world, { ...today, messageIds: false, requestIds: false })),
  "claude resumed days later": resumed,
  "claude sub-agents": subAgents,
  "claude sub-agent repeats its parent": repeats,
  "claude fork": (world) => fork(world, { style: today, keepsOriginal: true }),
  "claude fork of an old version": (world) => fork(world, { style: old, keepsOriginal: true }),
  "claude fork of an old version without request ids": (world) => fork(world, { style: { ...old, requestIds: false }, keepsOriginal: true }),
  "claude orphan fork": (world) => fork(world, { style: today, keepsOriginal: false }),
  "claude advisor": (world) => save(world, talk(world, { ...today, advised: true })),
  "claude lines twice": twice,
  "claude damaged lines": damaged,
  "claude errors and limits": refused,
  "claude copies of requests": shadowed,
};

function talk(world: World, style: Session["style"]): Session {
  const session = beginSession(world, style);
  addTurns(world, session, 2 + world.draw.between(0, world.turns));
  return session;
}

function save(world: World, session: Session, lines: readonly Line[] = linesOf(session.rows, session.id), ending: Ending = "whole", below = `${session.id}.jsonl`): void {
  world.bytes += writeLines(`${world.root}/claude/projects/${session.cwd.replace(/[^a-zA-Z0-9]/g, "-")}/${below}`, lines, ending);
  world.files++;
}

function resumed(world: World): void {
  const session = talk(world, today);
  for (let times = 1 + world.draw.below(3); times > 0; times--) {
    session.atMs += 3_600_000 + world.draw.below(10 * 86_400_000);
    addTurns(world, session, 2 + world.draw.between(0, world.turns));
  }
  save(world, session);
}

/** The usage in the result of the Agent tool is that of a request in the sub-agent's own file. */
function subAgents(world: World): void {
  const { draw, truth, texts } = world;
  const session = talk(world, today);
  const agents: Session[] = [];
  for (let count = 1 + draw.below(3); count > 0; count--) {
    const id = `toolu_01${draw.hex(22)}`;
    addRequest(world, session, [{ id, name: "Agent" }]);
    truth.call("claude", "Agent");
    const agent: Session = { ...session, rows: [], parent: null, mcpServer: "", agent: `a${draw.hex(16)}` };
    addTurns(world, agent, 1 + draw.below(2));
    agents.push(agent);
    session.atMs = agent.atMs + 1_000;
    const tokens = drawTokens(draw);
    push(world, session, "user", [`"message":{"role":"user","content":[{"tool_use_id":"${id}","type":"tool_result","content":[{"type":"text","text":"`, texts.prose(), `"}]}]}`], [`,"toolUseResult":{"status":"completed","agentId":"${agent.agent}","totalTokens":${tokens.output},"usage":{"input_tokens":${tokens.input},"cache_creation_input_tokens":${tokens.cache5m},"cache_read_input_tokens":${tokens.cacheRead},"output_tokens":${tokens.output}}}`]);
    addTurns(world, session, 1);
  }
  save(world, session);
  for (const agent of agents) saveAgent(world, agent, linesOf(agent.rows, agent.id));
}

function saveAgent(world: World, agent: Session, lines: readonly Line[]): void {
  save(world, agent, lines, "whole", `${agent.id}/subagents/agent-${agent.agent}.jsonl`);
}

/** A sub-agent that takes its parent's messages along, some under another request id. */
function repeats(world: World): void {
  const { draw } = world;
  const session = talk(world, draw.chance(0.5) ? today : { ...old, requestIds: draw.chance(0.5) });
  const texts = session.rows.filter(({ head, tail, assistant }) => assistant && ![...head, ...tail].some((part) => part.includes('"tool_use"')));
  const another = draw.chance(0.5);
  const change = (part: string) => {
    if (part.length > 2_000) return part;
    const side = part.replace('"isSidechain":false', '"isSidechain":true').replace(/"uuid":"[^"]*"/, () => `"uuid":"${draw.uuid()}"`);
    return another ? side.replace('"requestId":"req_01', '"requestId":"req_02') : side;
  };
  const agent: Session = { ...session, rows: [], mcpServer: "", agent: `a${draw.hex(16)}` };
  addTurns(world, agent, 1);
  save(world, session);
  saveAgent(world, agent, linesOf([...texts.map(({ head, tail, assistant }) => ({ head: head.map(change), tail: tail.map(change), assistant })), ...agent.rows], agent.id));
}

/** A fork, and a fork of it; the original goes on, or is gone. */
function fork(world: World, { style, keepsOriginal }: { style: Session["style"]; keepsOriginal: boolean }): void {
  const { draw } = world;
  const original = talk(world, style);
  const copied = original.rows.length;
  const child = begotten(world, original);
  addTurns(world, child, 1);
  const grandchild = begotten(world, child);
  addTurns(world, grandchild, 1);
  if (keepsOriginal) {
    if (draw.chance(0.5)) addTurns(world, original, 1);
    save(world, original);
  }
  const origin = (session: Session) => (style.old ? "" : session.id);
  const fromOriginal = (session: Session) => linesOf(original.rows.slice(0, copied), session.id, origin(original));
  save(world, child, [...fromOriginal(child), ...linesOf(child.rows, child.id)]);
  save(world, grandchild, [...fromOriginal(grandchild), ...linesOf(child.rows, grandchild.id, origin(child)), ...linesOf(grandchild.rows, grandchild.id)]);
}

function begotten({ draw }: World, parent: Session): Session {
  return { ...parent, id: draw.uuid(), rows: [], mcpServer: "", atMs: parent.atMs + 60_000 + draw.below(86_400_000) };
}

function twice(world: World): void {
  const session = talk(world, world.draw.chance(0.5) ? today : { ...old, requestIds: false });
  const rows = session.rows.flatMap((row) => (world.draw.chance(0.2) ? [row, row] : [row]));
  save(world, session, linesOf([...rows, ...rows.slice(0, 5)], session.id));
}

const junk = ["\n", "{\n", "null\n", "[1,2]\n", "17\n", "\0\0\0\0\0\0\0\0\n", '{"type":"assistant","message":{"usage":\n', "PK\u0003\u0004 binary \u0001\u0002\n", '{"type":"user"}\n', '{"type":"assistant","message":null,"sessionId":7}\n'];

/** A crash leaves half a line, and the next line on it; a disk leaves zeros. The lines lost are none that count. */
function damaged(world: World): void {
  const { draw } = world;
  const session = talk(world, today);
  push(world, session, "user", [`"message":{"role":"user","content":"`, world.texts.output(), `"}`]);
  const lines = linesOf(session.rows, session.id).flatMap((line): Line[] => (draw.chance(0.1) ? [line, [draw.pick(junk)]] : [line]));
  const half: Line = [...(lines.at(-1) ?? []).slice(0, 2), `{"type":"mode","mode":"normal","sessionId":"${session.id}"}\n`];
  save(world, session, [...lines.slice(0, -1), half, ...lines.slice(-1)], "half");
}

function refused(world: World): void {
  const { draw } = world;
  const session = talk(world, today);
  const resets = Math.floor(session.atMs / 1_000) + 7_200;
  const nothing = `"usage":{"output_tokens_details":null,"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":0}}`;
  const error = (text: string, more: string): Row => ({
    head: [`{"parentUuid":null,"isSidechain":false,"type":"assistant","uuid":"${draw.uuid()}","timestamp":"${iso(session.atMs)}","message":{"id":"${draw.uuid()}","model":"<synthetic>","role":"assistant","type":"message",${nothing},"content":[{"type":"text","text":"${text}"}]},${more},"isApiErrorMessage":true,"userType":"external","entrypoint":"cli","cwd":"${session.cwd}","sessionId":"`],
    tail: [`","version":"2.1.329","gitBranch":"main"`],
    assistant: true,
  });
  session.rows.push(error("You've hit your 5-hour limit", `"quotaLimits":{"status":"rejected","resetsAt":${resets},"rateLimitType":"five_hour","isUsingOverage":false},"error":"rate_limit","apiErrorStatus":429`));
  session.rows.push(error("Credit balance is too low", `"error":"billing_error","apiErrorStatus":400`));
  addTurns(world, session, 1);
  save(world, session);
}

/** The client's notes repeat what was sent, and sum up what it cost. */
function shadowed(world: World): void {
  const { draw, texts } = world;
  const session = talk(world, today);
  const rows = session.rows.flatMap((row): Row[] => (row.assistant ? [row] : [row, { head: ['{"type":"api-request-blob","sessionId":"'], tail: [`","hash":"${draw.hex(64)}","message":{"role":"user","content":[{"type":"text","text":"`, texts.output(), `"}]}`], assistant: false }]));
  rows.unshift({ head: ['{"type":"api-request-shape","sessionId":"'], tail: [`","shapeHash":"${draw.hex(64)}","shape":{"system":[{"type":"text","text":"`, texts.output(), `"}],"tools":[]}`], assistant: false });
  rows.push({ head: ['{"type":"cost-state","sessionId":"'], tail: [`","totalCostUSD":0.5,"modelUsage":{"claude-opus-5-5":{"inputTokens":999999,"outputTokens":999999,"cacheReadInputTokens":9,"costUSD":0.5}},"hasUnknownModelCost":false`], assistant: false }, note('{"type":"mode","mode":"normal","sessionId":"'));
  save(world, session, linesOf(rows, session.id));
}
