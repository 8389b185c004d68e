import { entry } from "./rig.ts";

/** `paios-heartbeat mcp`, for a driver that starts an entry without arguments. */
process.argv.splice(1, process.argv.length, entry, "mcp");
await import(entry);
