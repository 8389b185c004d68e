/** The instruction stands at the start or at the end; what lies between in a long text is material. */
const headChars = 6_000;
const tailChars = 2_000;

/** At most 8,000 characters of a task: its head and its tail, without half of a surrogate pair. */
export function capTask(task: string): { text: string; cut: boolean } {
  if (task.length <= headChars + tailChars) return { text: task, cut: false };
  return { text: `${task.slice(0, headChars).toWellFormed()}\n\n${task.slice(-tailChars).toWellFormed()}`, cut: true };
}
