import { spawn } from "node:child_process";
import { type RegisteredServer, runCodex } from "@paios/shared/testing/clients";
import { offers, startMockModels } from "@paios/shared/testing/mock-models";

export interface Start {
  /** Whether kb_search was in the first request to the model. */
  offered: boolean;
  /** From the start of Codex to its first request. */
  firstRequestMs: number;
}

const busyLoops = 2;
const busyMs = 15 * 60_000;

/** Starts the real Codex `times` times with kb-server registered, while two processes keep the machine busy. */
export async function codexStartsUnderLoad(times: number, kb: RegisteredServer): Promise<Start[]> {
  const burn = `for (const end = Date.now() + ${busyMs}; Date.now() < end; );`;
  const loads = Array.from({ length: busyLoops }, () => spawn(process.execPath, ["-e", burn], { stdio: "ignore" }));
  try {
    const starts: Start[] = [];
    for (let n = 0; n < times; n++) starts.push(await startOnce(kb));
    return starts;
  } finally {
    for (const load of loads) load.kill("SIGKILL");
  }
}

async function startOnce(kb: RegisteredServer): Promise<Start> {
  const mock = await startMockModels([{ text: "Hello." }]);
  try {
    const started = Date.now();
    const { code, stderr, requests } = await runCodex({ prompt: "Say hello", mock, servers: [kb], impatient: true });
    const first = requests.find(({ turn }) => turn === 0);
    if (code !== 0 || !first) throw new Error(`Codex ended with code ${code} after ${requests.length} requests: ${stderr}`);
    return { offered: offers(first, "kb", "kb_search") === "listed", firstRequestMs: first.time - started };
  } finally {
    await mock.close();
  }
}
