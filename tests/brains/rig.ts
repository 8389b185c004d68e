import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Brain, BrainEvent, BrainName, BrainRequest } from "@paios/brains/brain";
import { makeBrains } from "@paios/brains/engines";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import { codexConfig } from "@paios/shared/testing/clients";
import type { MockModels } from "@paios/shared/testing/mock-models";
import { processesWith } from "@paios/shared/testing/processes";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";

export interface BrainRig {
  /** The scratch home; `work` in it is the folder of the task. */
  folder: string;
  brain: (name: BrainName, settings?: object) => Brain;
  /** Command lines of processes of this rig that still run. */
  left: () => string[];
  [Symbol.dispose]: () => void;
}

/** Brains with the real `claude` and `codex` in a scratch home, with the mock model behind both. */
export async function brainRig(mock: Pick<MockModels, "url">): Promise<BrainRig> {
  const { bin } = await fetchClients();
  const scratch = temporaryFolder("paios-brains-");
  for (const name of ["work", "claude", "codex", "paios"]) mkdirSync(join(scratch.path, name));
  writeFileSync(join(scratch.path, "claude", ".claude.json"), JSON.stringify({ hasCompletedOnboarding: true }));
  writeFileSync(join(scratch.path, "codex", "config.toml"), codexConfig({ mock: mock as MockModels, servers: [] }));
  const proxy = { HTTP_PROXY: mock.url, HTTPS_PROXY: mock.url, ALL_PROXY: mock.url, NO_PROXY: "127.0.0.1,localhost,::1" };
  const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1", DISABLE_TELEMETRY: "1", DISABLE_ERROR_REPORTING: "1", CLAUDE_CODE_MAX_RETRIES: "0" };
  const plain = scratchEnvironment(scratch.path, { ANTHROPIC_BASE_URL: mock.url, ANTHROPIC_API_KEY: "dummy", PAIOS_MOCK_KEY: "dummy", ...quiet, ...proxy });
  const environment = { ...plain, PATH: [bin, dirname(process.execPath), plain["PATH"]].join(delimiter) };
  return {
    folder: scratch.path,
    brain: (name, settings = {}) => {
      const passed = name === "codex" ? { environment: ["PAIOS_MOCK_KEY"] } : {};
      const found = makeBrains({ [name]: { enabled: true, ...passed, ...settings } }, environment, join(scratch.path, "paios")).find((brain) => brain.name === name);
      if (!found) throw new Error(`There is no brain ${name}`);
      return found;
    },
    // Every process of a run has the scratch home in its environment.
    left: () => processesWith(scratch.path).map(({ command }) => command),
    [Symbol.dispose]: () => scratch[Symbol.dispose](),
  };
}

/** A request as a caller makes it, and the events that came. */
export function request(task: string, more: Partial<BrainRequest> = {}): { request: BrainRequest; events: BrainEvent[] } {
  const events: BrainEvent[] = [];
  return { events, request: { task, attachments: [], signal: AbortSignal.timeout(120_000), onEvent: (event) => events.push(event), depth: 0, ...more } };
}
