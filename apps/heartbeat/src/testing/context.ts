import { heartbeatConfig, type HeartbeatConfig } from "../config.ts";
import type { JobContext } from "../job.ts";

/** What a job gets, for calling one by itself. Its memory lasts as long as the context. */
export function jobContext(home: string, now: number, more: Partial<Omit<JobContext, "config">> & { config?: Partial<HeartbeatConfig> } = {}): JobContext {
  const remembered = new Map<string, string>();
  return {
    home,
    environment: { HOME: home, PATH: process.env["PATH"] },
    key: `test@${new Date(now).toISOString()}`,
    slot: now,
    attempt: 1,
    signal: new AbortController().signal,
    span: { set: () => {}, event: () => {} },
    now: () => now,
    memory: { get: (name) => remembered.get(name), set: (name, value) => void remembered.set(name, value) },
    ...more,
    config: { ...heartbeatConfig.parse({}), ...more.config },
  };
}
