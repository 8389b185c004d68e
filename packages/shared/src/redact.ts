const hidden = "[redacted]";

/** Keys whose values are secrets whatever they look like. */
const secretKey = /pass(word|wd|phrase)?$|secret|token$|api[_-]?key|^key$|authorization|cookie|credential|private[_-]?key/i;

/** What is a secret, or names a person, wherever it stands. Each part is bounded: hostile text must not be slow. */
const secretText = [
  /\b(?:sk|pk|rk|ghp|gho|ghu|ghs|github_pat|glpat|xox[abprs]|hf|npm)[-_][A-Za-z0-9_-]{12,200}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[\w-]{30,40}/g,
  /\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{8,2000}/g,
  /\b(?:Bearer|Basic)\s{1,4}[\w.~+/=-]{8,4000}/gi,
  /\b[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}/g,
];

const maxDepth = 12;

/** A copy of plain data with secrets taken out, by the name of their key and by their look: tokens, keys, mail addresses. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return secretText.reduce((text, pattern) => text.replace(pattern, hidden), value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maxDepth) return hidden;
  if (Array.isArray(value)) return value.map((each) => redact(each, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, secretKey.test(key) && each !== null && typeof each !== "object" ? hidden : redact(each, depth + 1)]));
}
