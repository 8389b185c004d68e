import { defineServer } from "@paios/shared/tool";
import { closeKb, type Kb, openKb } from "./kb.ts";
import kbAdd from "./tools/kb_add.ts";
import kbCapture from "./tools/kb_capture.ts";
import kbForget from "./tools/kb_forget.ts";
import kbList from "./tools/kb_list.ts";
import kbRead from "./tools/kb_read.ts";
import kbRelated from "./tools/kb_related.ts";
import kbSearch from "./tools/kb_search.ts";
import kbStatus from "./tools/kb_status.ts";
import kbUpdate from "./tools/kb_update.ts";
import { tidy } from "./upkeep.ts";

export { backend } from "@paios/shared/backend";

export default defineServer<Kb>({
  database: "kb.sqlite",
  tools: [kbSearch, kbRead, kbAdd, kbCapture, kbRelated, kbList, kbUpdate, kbForget, kbStatus],
  open: (home) => {
    const kb = openKb(home);
    for (const problem of kb.problems) process.stderr.write(`kb: ${problem}\n`);
    return kb;
  },
  close: async (kb) => {
    tidy(kb);
    await closeKb(kb);
  },
});
