import type { Call } from "./call.ts";
import type { Place } from "./places.ts";

/** One blocked class, as platform.md numbers them. */
export interface Rule {
  id: number;
  /** What is blocked, as it is told to a model: "deleting … is blocked". */
  name: string;
  test: (call: Call, place: Place, all: readonly Call[]) => boolean;
}
