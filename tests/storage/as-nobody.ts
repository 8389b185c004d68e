import { kbEntry } from "./rig.ts";

/** The built server as an unprivileged user, for homes that root could write to anyway. */
process.setgroups?.([65_534]);
process.setgid?.(65_534);
process.setuid?.(65_534);
await import(kbEntry);
