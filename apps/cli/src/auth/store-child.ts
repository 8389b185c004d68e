import { argv } from "node:process";
import { storeProfile } from "./profiles.ts";

/** For tests: stores five credentials in a process of its own, `store-child.ts HOME WORD`. */
const [home = "", word = ""] = argv.slice(2);
for (let n = 0; n < 5; n++) await storeProfile(home, `${word}-${n}`, { key: `key of ${word} ${n}` });
