/** What hooks use of the knowledge base, in their own process: nothing that is slow to load, no vectors, no network. */
export { closeMemory, type Memory, openMemory } from "./memory/open.ts";
export { type Injection, injectionsOf, noteInjected } from "./memory/injections.ts";
export { type Recalled, type RecentWork, recallForOpening, recallForPrompt, type Whereabouts } from "./memory/recall.ts";
