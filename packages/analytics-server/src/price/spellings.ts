const resellers = new Set(["anthropic", "openai", "openai-codex", "azure", "bedrock", "amazon-bedrock", "vertex_ai", "google", "google-vertex", "gemini", "openrouter", "deepseek", "x-ai", "xai", "moonshotai", "moonshot", "z-ai", "zai", "minimax"]);
const maxName = 200;

/** The names a price list may have a model under, its own first, then ever plainer: never another model's. */
export function spellings(model: string): string[] {
  if (model.length > maxName) return [];
  const found = [model];
  let name = model;
  const plainer = (next: string) => {
    if (next !== name && next !== "") found.push(next);
    name = next || name;
  };
  plainer(name.replace(/\[1m\]$/i, ""));
  for (let slash = name.indexOf("/"); slash > 0 && resellers.has(name.slice(0, slash)); slash = name.indexOf("/")) plainer(name.slice(slash + 1));
  plainer(name.replace(/^(?:(?:us|us-gov|eu|apac|jp|au|global)\.)?anthropic\./, ""));
  const claude = name.startsWith("claude-");
  if (claude) plainer(name.replace(/-v\d(?::\d)?$/, ""));
  plainer(name.replace(/(?:[-@]20\d{6}|-20\d\d-\d\d-\d\d|[-@]latest|@default)$/, ""));
  if (claude) {
    plainer(name.replace(/-v\d$/, ""));
    plainer(name.replaceAll(".", "-"));
  }
  return found;
}
