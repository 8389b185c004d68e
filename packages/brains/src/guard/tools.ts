import { judgeCommand, judgePath, refused, type Verdict } from "./judge.ts";
import { isInside } from "./places.ts";

export interface ToolPlace {
  cwd: string;
  /** MCP servers whose tools may be used. */
  servers: readonly string[];
  home: string;
}

const reading = new Set(["Read", "Glob", "Grep", "LS", "NotebookRead"]);
const writing = new Set(["Write", "Edit", "MultiEdit", "NotebookEdit"]);
/** They touch nothing by themselves; what agents do is judged call by call. */
const plain = new Set(["Task", "Agent", "TaskOutput", "TaskStop", "TodoWrite", "ToolSearch", "Skill", "WebSearch", "WebFetch", "BashOutput", "KillShell", "ExitPlanMode", "EnterPlanMode", "ReportFindings", "ListMcpResourcesTool", "ReadMcpResourceTool", "StructuredOutput", "TaskCreate", "TaskUpdate", "TaskList", "TaskGet"]);

/** Whether a tool of Claude's may be called with this input. */
export function judgeTool(name: string, input: Record<string, unknown>, place: ToolPlace): Verdict {
  if (name === "Bash" || name === "Monitor") return typeof input["command"] === "string" ? judgeCommand(input["command"], place) : refused(32, "a command that is not there");
  if (reading.has(name) || writing.has(name)) return judgeFile(name, input, place);
  if (plain.has(name) || place.servers.some((server) => name.startsWith(`mcp__${server}__`) || name.startsWith(`mcp__plugin_paios_${server}__`))) return { allowed: true };
  return { allowed: false, class: 0, reason: `PAIOS does not let a brain it asked use ${/^\w{1,100}$/.test(name) ? name : "this tool"}. Do without it.` };
}

function judgeFile(name: string, input: Record<string, unknown>, place: ToolPlace): Verdict {
  const given = input["file_path"] ?? input["notebook_path"] ?? input["path"] ?? place.cwd;
  const pattern = input["glob"] ?? (name === "Glob" ? input["pattern"] : undefined);
  if (typeof given !== "string") return refused(32, "a path that is not there");
  const paths = [given, ...(typeof pattern === "string" ? [pattern] : [])];
  if (reading.has(name)) return paths.map((path) => judgePath(path, "read", place)).find(({ allowed }) => !allowed) ?? { allowed: true };
  const verdict = judgePath(given, "write", place);
  if (!verdict.allowed) return verdict;
  const value = { text: given, sure: true, inner: [] };
  const call = { program: "", args: [value], redirects: [], assigned: [], fed: [], input: undefined, folders: [place.cwd], background: false };
  return isInside(call, value, place) ? { allowed: true } : { allowed: false, class: 0, reason: "PAIOS lets a brain it asked write only below its working folder. Choose a path there." };
}
