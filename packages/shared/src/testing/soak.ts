import { openDescriptors, residentBytes } from "./processes.ts";
import { initializeParams, type ServerUnderTest, startStdio } from "./stdio.ts";

export interface SoakOptions extends ServerUnderTest {
  calls: number;
  make: (n: number) => { name: string; arguments: Record<string, unknown> };
  /** Calls that do not count for the slope: caches fill and the heap finds its size. */
  warmUp: number;
}

export interface SoakResult {
  calls: number;
  /** Calls answered with an error of either kind. */
  failed: number;
  /** Least-squares slope of the resident memory over the calls after the warm-up. */
  slopeBytesPerCall: number;
  descriptorsStart: number;
  descriptorsEnd: number;
  rssEnd: number;
  callsPerSecond: number;
}

const samples = 200;

/** Calls a server's tools one after another over stdio and watches its memory and descriptors in /proc (Linux only). */
export async function soak({ calls, make, warmUp, ...under }: SoakOptions): Promise<SoakResult> {
  const server = startStdio(under);
  try {
    await server.request("initialize", initializeParams());
    const points: { x: number; y: number }[] = [];
    const every = Math.max(1, Math.floor((calls - warmUp) / samples));
    let failed = 0;
    let descriptorsStart = 0;
    const started = performance.now();
    for (let n = 0; n < calls; n++) {
      if (n === warmUp) descriptorsStart = openDescriptors(server.pid);
      if (n >= warmUp && (n - warmUp) % every === 0) points.push({ x: n, y: residentBytes(server.pid) });
      const { result, error } = await server.request("tools/call", make(n));
      if (error || result?.["isError"] === true) failed++;
    }
    return {
      calls,
      failed,
      slopeBytesPerCall: slope(points),
      descriptorsStart,
      descriptorsEnd: openDescriptors(server.pid),
      rssEnd: residentBytes(server.pid),
      callsPerSecond: Math.round((calls * 1000) / (performance.now() - started)),
    };
  } finally {
    server.closeInput();
    setTimeout(() => server.kill("SIGKILL"), 3_000).unref();
    await server.ended;
  }
}

/** Least squares over at least two points. */
export function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (pick: (point: { x: number; y: number }) => number) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const meanX = mean(({ x }) => x);
  const meanY = mean(({ y }) => y);
  const above = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (below === 0) throw new Error("A slope needs two points: more calls than the warm-up");
  return above / below;
}
