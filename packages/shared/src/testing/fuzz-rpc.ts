import { mutator } from "./mutate.ts";
import { type Answer, type ServerUnderTest, startStdio } from "./stdio.ts";

export interface FuzzOptions extends ServerUnderTest {
  /** How many damaged lines to send. */
  lines: number;
  seed: number;
  /** Valid JSON-RPC lines to damage; some arrive unharmed, so a call in them may run. */
  seeds: readonly string[];
}

export interface FuzzResult {
  lines: number;
  answers: number;
  /** How often each error code was answered. */
  errors: Record<string, number>;
}

/** Lines between two pings: enough to keep the pipe full, few enough to keep the calls in flight bounded. */
const burst = 200;
const defect = /"text":"(Internal error in|The server could not start)/;

/**
 * Sends damaged JSON-RPC lines, the same for the same seed. Throws when the server ends, prints a line that is not
 * JSON-RPC, answers −32603 or an internal error, or does not answer a ping between the bursts.
 */
export async function fuzzRpc({ lines, seed, seeds, ...under }: FuzzOptions): Promise<FuzzResult> {
  const errors: Record<string, number> = {};
  let answers = 0;
  let broken: string | undefined;
  const server = startStdio(under, (line) => {
    const answer = parse(line);
    if (answer?.error) errors[answer.error.code] = (errors[answer.error.code] ?? 0) + 1;
    if (!answer) broken ??= `stdout carries something else than JSON-RPC: ${line.slice(0, 200)}`;
    else if (answer.error?.code === -32603 || defect.test(line)) broken ??= `a damaged line met a defect: ${line.slice(0, 300)}`;
    answers++;
  });
  const next = mutator(seeds, seed);
  try {
    for (let sent = 0; sent < lines; sent++) {
      await server.write(next());
      if (sent % burst === burst - 1) await server.request("ping");
      if (broken) throw new Error(`After ${sent + 1} lines with seed ${seed}: ${broken}`);
    }
    const { result } = await server.request("ping");
    if (!result) throw new Error(`After ${lines} lines with seed ${seed} a ping was answered with an error`);
    if (broken) throw new Error(`After ${lines} lines with seed ${seed}: ${broken}`);
    return { lines, answers, errors };
  } finally {
    server.closeInput();
    setTimeout(() => server.kill("SIGKILL"), 3_000).unref();
    await server.ended;
  }
}

function parse(line: string): Answer | undefined {
  try {
    const message = JSON.parse(line) as Record<string, unknown> | null;
    const isRpc = message?.["jsonrpc"] === "2.0" && ("id" in message || typeof message["method"] === "string");
    return isRpc ? (message as unknown as Answer) : undefined;
  } catch {
    return undefined;
  }
}
