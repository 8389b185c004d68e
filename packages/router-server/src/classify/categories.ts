/** What a task is about, and whose work that is. The order is that of the weights. */
export const categories = ["code_review", "code", "writing", "research", "architecture", "reasoning", "general", "vision", "messaging", "automation"] as const;
export type Category = (typeof categories)[number];

export const brains = ["codex", "claude", "gemini", "gateway"] as const;
export type RoutedBrain = (typeof brains)[number];

export const brainOf: Record<Category, RoutedBrain> = {
  code_review: "codex",
  code: "codex",
  writing: "claude",
  research: "claude",
  architecture: "claude",
  reasoning: "claude",
  general: "claude",
  vision: "gemini",
  messaging: "gateway",
  automation: "gateway",
};
