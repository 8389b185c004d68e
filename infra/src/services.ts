const names = ["gateway", "embedding-server", "file-watcher", "emit-server", "daily-tasks", "weekly-tasks", "heartbeat"] as const;

export type ServiceName = (typeof names)[number];

export interface Service {
  name: ServiceName;
  /** What it is for, without a full stop. */
  about: string;
  /** The built program below the repository; "openclaw" is OpenClaw's own command. */
  program: "openclaw" | `apps/${string}/dist/main.js`;
  arguments: readonly string[];
  kind: Resident | Calendar;
  /** Beyond this the service manager ends it (Linux); the JavaScript heap is held below it everywhere. */
  memoryMegabytes: number;
  /** How long it is let finish what it has begun. */
  stopSeconds: number;
}

/** Always there; restarted unless it ended as asked. */
export interface Resident {
  runs: "always";
  /** Ended and started again when its event loop stood still for so long (Linux). */
  watchdogSeconds?: number;
  /** Exit codes that a restart does not mend. */
  hopeless: readonly number[];
}

/** Once at its time, and at every start of the machine: its program does only what is due. */
export interface Calendar {
  runs: "at";
  hour: number;
  minute: number;
  /** 0 is Sunday; every day without it. */
  weekday?: number;
}

/** Notice within 45 s and a restart after 10 s keep OBS-02's minute. */
const watchdogSeconds = 45;

/** Every service, in the order in which they start. */
export const services: readonly Service[] = [
  { name: "gateway", about: "OpenClaw's Gateway: channels, approvals, agent turns", program: "openclaw", arguments: ["gateway", "run"], kind: { runs: "always", hopeless: [78] }, memoryMegabytes: 3_072, stopSeconds: 30 },
  { name: "embedding-server", about: "turns text into vectors for the knowledge base", program: "apps/embedding-server/dist/main.js", arguments: [], kind: resident(), memoryMegabytes: 2_048, stopSeconds: 10 },
  { name: "file-watcher", about: "brings new and changed files into the knowledge base", program: "apps/file-watcher/dist/main.js", arguments: [], kind: resident(), memoryMegabytes: 512, stopSeconds: 10 },
  { name: "emit-server", about: "takes events and telemetry, checks health, raises alerts", program: "apps/emit-server/dist/main.js", arguments: [], kind: resident(), memoryMegabytes: 512, stopSeconds: 10 },
  { name: "daily-tasks", about: "the daily jobs that are due", program: "apps/heartbeat/dist/main.js", arguments: ["due", "--tier", "daily"], kind: { runs: "at", hour: 4, minute: 10 }, memoryMegabytes: 1_024, stopSeconds: 30 },
  { name: "weekly-tasks", about: "the weekly jobs that are due", program: "apps/heartbeat/dist/main.js", arguments: ["due", "--tier", "weekly"], kind: { runs: "at", hour: 4, minute: 40, weekday: 0 }, memoryMegabytes: 1_024, stopSeconds: 30 },
  { name: "heartbeat", about: "runs every job at its time", program: "apps/heartbeat/dist/main.js", arguments: ["run"], kind: resident(), memoryMegabytes: 1_024, stopSeconds: 30 },
];

/** Exit 2: our programs did not understand their arguments. */
function resident(): Resident {
  return { runs: "always", watchdogSeconds, hopeless: [2] };
}
