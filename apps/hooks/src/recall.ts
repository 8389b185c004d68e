import { injectionsOf, type Memory, openMemory, type Recalled, recallForOpening, recallForPrompt } from "@paios/kb-server/memory";
import type { Handled, Handler, HookContext } from "./handler.ts";
import { recentWork } from "./project.ts";

const articles = 3;
/** How long a hook waits for another process's lock: less than a person notices. */
const busyMs = 50;
const injectedInSession = 50;
/** A prompt that long brings its own context. */
const promptChars = 2_000;

/** What was learned in this project. A session that is only resumed has its own words still. */
export const sessionStart: Handler = (context) => {
  const { home, input, at, now } = context;
  if (at.project === "" || input.source === "resume") return {};
  return give(home, "SessionStart", context, (memory) => recallForOpening(memory, { ...at, ...recentWork(at.folder) }, articles, now));
};

/** The one learning that a prompt goes back to, unless the session has it already. */
export const userPromptSubmit: Handler = (context) => {
  const { home, input, at, now } = context;
  if (at.project === "" || input.prompt.trim() === "" || input.prompt.length > promptChars || input.prompt.startsWith("/")) return {};
  return give(home, "UserPromptSubmit", context, (memory) => {
    const before = new Set(injectionsOf(memory, input.session, injectedInSession).map(({ articleId }) => articleId));
    return recallForPrompt(memory, at, input.prompt, before, now);
  });
};

/** The database is not closed: whoever closes a database last folds its log into it, which takes longer than all else here. The process ends next. */
async function give(home: string, event: "SessionStart" | "UserPromptSubmit", context: HookContext, recall: (memory: Memory) => Recalled[]): Promise<Handled> {
  const memory = openMemory(home, busyMs);
  if (!memory) return {};
  const recalled = recall(memory);
  if (recalled.length === 0) return { noted: { "paios.memory.injected": 0 } };
  // Most prompts bring nothing: what makes fences is loaded when there is something to fence.
  const { inject } = await import("./inject.ts");
  return inject(memory, recalled, event, context);
}
