/** The numbers by which memory is put into a session, chosen on the tune half of bench/memory and reported on the other. */
export const memoryWeights = {
  /** How many of the newest commits and files speak for what is being done. */
  commits: 3,
  files: 8,
  words: 1.5,
  branch: 1,
  sameFiles: 0.6,
  sameCommits: 0.6,
  fresh: 0.3,
  freshDays: 30,
  /** Below these nothing is said. */
  openingFloor: 0.1,
  articleFloor: 0.4,
  promptFloor: 0.35,
  /** For a prompt that says it goes on with something. */
  resumeFloor: 0.12,
  cueFresh: 0.3,
  cueBranch: 0.3,
  cue: /\b(?:carry on|continue|go on|pick (?:it|this|that)? ?up|resume|where (?:were|did) we|left off|last time|yesterday|again|still|weiter(?:machen)?|fortsetzen|nochmal|wieder|letztes mal|gestern|immer noch)\b/i,
};

export type MemoryWeights = typeof memoryWeights;
