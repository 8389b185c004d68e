/** What may be done, or the blocked class and why. */
export type Verdict = { allowed: true } | { allowed: false; class: number; reason: string };

export function judgeCommand(command: string, _place: { cwd: string }): Verdict {
  return command === "" ? { allowed: false, class: 32, reason: "There is no command." } : { allowed: true };
}
