import { parcel } from "./sessions-a.ts";
import { trail } from "./sessions-b.ts";
import { tide } from "./sessions-c.ts";
import { infra } from "./sessions-d.ts";
import { blog } from "./sessions-e.ts";
import { hive } from "./sessions-f.ts";
import { sleep } from "./sessions-g.ts";
import { tally } from "./sessions-h.ts";

/** One step of a session: what was typed, said, changed or run. */
export type Turn =
  /** What the person typed. */
  | { user: string }
  /** The agent's text. */
  | { says: string }
  /** The path of a file the agent changed, relative to the project. */
  | { edits: string }
  /** A shell command and what it printed; git commits are such commands too. */
  | { runs: string; output: string; failed?: true };

export interface Project {
  id: string;
  folder: string;
  /** The git remote; two projects have none. */
  remote?: string;
}

/** An earlier session of a project, in which something worth remembering was learned. */
export interface Session {
  id: string;
  project: string;
  client: "claude" | "codex";
  branch: string;
  daysAgo: number;
  turns: readonly Turn[];
}

/** The start of a later session that continues or needs earlier ones. */
export interface Opening {
  id: string;
  half: "tune" | "reported";
  project: string;
  client: "claude" | "codex";
  branch: string;
  /** Subjects as in git log, newest first, up to 5. */
  commits: readonly string[];
  /** Recently changed, relative to the project. */
  files: readonly string[];
  prompt: string;
  /** The sessions whose learnings belong there: usually one, sometimes two. */
  right: readonly string[];
}

/** The start of a session in a folder that is none of the projects. */
export interface Unrelated {
  id: string;
  half: "tune" | "reported";
  folder: string;
  remote?: string;
  branch: string;
  commits: readonly string[];
  files: readonly string[];
  prompt: string;
}

/** The first prompt of a session that starts something new in a project: no earlier session is about it. */
export interface Fresh {
  id: string;
  half: "tune" | "reported";
  project: string;
  branch: string;
  prompt: string;
}

/** Invented, as everything here: one developer's eight projects. */
export const projects: readonly Project[] = [
  { id: "parcel", folder: "/home/ada/src/parcel-api", remote: "git@github.com:nordpaket/parcel-api.git" },
  { id: "trail", folder: "/home/ada/mobile/trailmate", remote: "https://gitlab.com/trailmate/app.git" },
  { id: "tide", folder: "/home/ada/company/tidewater", remote: "git@github.com:halden-energy/tidewater.git" },
  { id: "infra", folder: "/home/ada/company/platform-infra", remote: "git@github.com:halden-energy/platform-infra.git" },
  { id: "blog", folder: "/home/ada/blog/kleinteilig" },
  { id: "hive", folder: "/home/ada/embedded/beehive-node", remote: "git@codeberg.org:imkerei-lab/beehive-node.git" },
  { id: "sleep", folder: "/home/ada/research/sleep-wearables" },
  { id: "tally", folder: "/home/ada/src/tally", remote: "https://github.com/ada-w/tally.git" },
];

export const sessions: readonly Session[] = [...parcel, ...trail, ...tide, ...infra, ...blog, ...hive, ...sleep, ...tally];
