import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { paiosHome } from "./home.ts";

/** Turns on V8's compile cache, in the home where only this person writes. The result stores it: a signal would lose it. */
export function cacheCompiled(): () => void {
  enableCompileCache(join(paiosHome(), "cache", "node"));
  return () => setTimeout(flushCompileCache, 1_000).unref();
}
