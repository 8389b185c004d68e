import { judgeCommand, type Verdict } from "./judge.ts";

export interface ToolPlace {
  cwd: string;
  /** The caller gave a folder, so files in it may be changed. */
  folder: boolean;
  /** MCP servers whose tools may be used. */
  servers: readonly string[];
  /** Further folders that may be read. */
  readable: readonly string[];
  home: string;
}

export function judgeTool(name: string, input: Record<string, unknown>, place: ToolPlace): Verdict {
  if (name === "Bash") return judgeCommand(String(input["command"]), place);
  return { allowed: true };
}
