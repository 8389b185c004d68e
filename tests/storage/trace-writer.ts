import { createTracer } from "@paios/shared/trace";
import { intakeSink } from "@paios/shared/sink";

/** Emits spans for ever into PAIOS_HOME and prints how many are flushed; to be killed at any moment. */
const home = process.env["PAIOS_HOME"] ?? "";
const round = process.argv[2] ?? "0";
const tracer = createTracer("writer", intakeSink(home));
let count = 0;
for (;;) {
  const size = 1 + ((count * 7) % 90);
  for (let at = 0; at < size; at++) tracer.span({ category: "test", action: "span", attributes: { round, number: count++ } }, () => {});
  tracer.flush();
  process.stdout.write(`${count}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
