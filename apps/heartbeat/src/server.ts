import { defineServer } from "@paios/shared/tool";
import { createLog } from "@paios/shared/log";
import { closeState, openState, type State } from "./state.ts";
import heartbeatAdd from "./tools/heartbeat_add.ts";
import heartbeatHistory from "./tools/heartbeat_history.ts";
import heartbeatList from "./tools/heartbeat_list.ts";
import heartbeatPause from "./tools/heartbeat_pause.ts";
import heartbeatRun from "./tools/heartbeat_run.ts";

export { backend } from "@paios/shared/backend";

export default defineServer<State>({
  database: "heartbeat.sqlite",
  tools: [heartbeatList, heartbeatRun, heartbeatHistory, heartbeatPause, heartbeatAdd],
  open: (home, host) => {
    const report = createLog("paios-heartbeat", (line) => process.stderr.write(line));
    const state = openState(home, host, report);
    for (const problem of state.heartbeat.problems) process.stderr.write(`heartbeat: ${problem}\n`);
    return state;
  },
  close: closeState,
});
