/** Aborts at the first Ctrl-C, so that work ends at a safe place; the second ends the process. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    controller.abort(new DOMException("stopped by Ctrl-C", "AbortError"));
    process.once("SIGINT", () => process.exit(130));
  });
  return controller.signal;
}
