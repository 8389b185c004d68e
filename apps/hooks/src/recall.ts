import { injectionsOf, type Memory, openMemory, recallForOpening, recallForPrompt } from "@paios/kb-server/memory";
import type { Handled, Handler } from "./handler.ts";
import { inject } from "./inject.ts";
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
  return withMemory(home, (memory) => inject(memory, recallForOpening(memory, { ...at, ...recentWork(at.folder) }, articles, now), "SessionStart", context));
};

/** The one learning that a prompt goes back to, unless the session has it already. */
export const userPromptSubmit: Handler = (context) => {
  const { home, input, at, now } = context;
  if (at.project === "" || input.prompt.trim() === "" || input.prompt.length > promptChars || input.prompt.startsWith("/")) return {};
  return withMemory(home, (memory) => {
    const before = new Set(injectionsOf(memory, input.session, injectedInSession).map(({ articleId }) => articleId));
    return inject(memory, recallForPrompt(memory, at, input.prompt, before, now), "UserPromptSubmit", context);
  });
};

/** It is not closed: whoever closes a database last folds its log into it, which takes longer than all else here. The process ends next. */
function withMemory(home: string, work: (memory: Memory) => Handled): Handled {
  const memory = openMemory(home, busyMs);
  return memory ? work(memory) : {};
}
