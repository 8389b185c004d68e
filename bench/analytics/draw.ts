import { seededRandom } from "@paios/shared/testing/random";
import { slotMs } from "./truth.ts";

export interface Draw {
  below: (n: number) => number;
  pick: <T>(list: readonly T[]) => T;
  chance: (share: number) => boolean;
  /** Whole, from `least` to `most`, small ones more often. */
  between: (least: number, most: number) => number;
  uuid: () => string;
  /** A UUID of version 7 of that time. */
  uuidAt: (atMs: number) => string;
  hex: (digits: number) => string;
  /** When a session begins: often near a midnight or a change of the clock somewhere. */
  start: () => number;
}

const first = Date.UTC(2025, 9, 1);
const last = Date.UTC(2026, 10, 18);
/** Clock changes in New York, Berlin and on Lord Howe Island, and turns of the year. */
const edges = ["2025-10-04T15:30Z", "2025-10-26T01:00Z", "2025-11-02T06:00Z", "2025-12-31T23:00Z", "2026-03-08T07:00Z", "2026-03-29T01:00Z", "2026-04-04T15:00Z", "2026-10-03T15:30Z", "2026-10-25T01:00Z", "2026-11-01T06:00Z"].map((time) => Date.parse(time.replace("Z", ":00Z")));

export function openDraw(seed: number): Draw {
  const { below, pick } = seededRandom(seed);
  const hex = (digits: number) => {
    let text = "";
    while (text.length < digits) text += below(2 ** 32).toString(16).padStart(8, "0");
    return text.slice(0, digits);
  };
  const shaped = (text: string, version: string) => `${text.slice(0, 8)}-${text.slice(8, 12)}-${version}${text.slice(13, 16)}-a${text.slice(17, 20)}-${text.slice(20, 32)}`;
  const chance = (share: number) => below(1_000_000) < share * 1_000_000;
  return {
    below,
    pick,
    chance,
    between: (least, most) => least + Math.floor((most - least + 1) * (below(1_000) / 1_000) ** 3),
    uuid: () => shaped(hex(32), "4"),
    uuidAt: (atMs) => shaped(Math.floor(atMs).toString(16).padStart(12, "0") + hex(20), "7"),
    hex,
    start: () => {
      if (chance(0.15)) return pick(edges) - 3_600_000 + below(7_200_000);
      const day = first + below((last - first) / 86_400_000) * 86_400_000;
      // Midnight of each zone lies at one of these hours of UTC.
      return day + (chance(0.2) ? pick([0, 4, 5, 13, 13.5, 18.5, 22, 23]) * 3_600_000 - 600_000 + below(1_200_000) : below(86_400_000));
    },
  };
}

/** The same moment, or the next slot's begin if it is closer than `roomMs`: the lines of one request share their slot. */
export function withRoom(atMs: number, roomMs: number): number {
  const next = (Math.floor(atMs / slotMs) + 1) * slotMs;
  return next - atMs < roomMs ? next : atMs;
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
