import { join } from "node:path";
import { type Controls, controlsOf } from "@paios/hooks/controls";
import { applyChanges, planChanges } from "@paios/shared/change";
import { setJson } from "../setup/json-edit.ts";

/** Changes the section "memory" of paios.json; comments and all else stay. Returns the backup, undefined when it was so already. */
export async function changeMemory(home: string, change: (controls: Controls) => Partial<Controls>): Promise<string | undefined> {
  const path = join(home, "paios.json");
  const compute = (text = "{}\n") => Object.entries(change(controlsOf(home))).reduce((rest, [key, value]) => setJson(path, rest, ["memory", key], value, []), text);
  const planned = planChanges([{ path, compute }]);
  return (await applyChanges(home, planned, { what: "memory" })).backup;
}
