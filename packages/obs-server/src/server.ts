import { defineServer } from "@paios/shared/tool";
import { closeObs, freshen, type Obs, openObs } from "./obs.ts";
import obsAck from "./tools/obs_ack.ts";
import obsAlerts from "./tools/obs_alerts.ts";
import obsHealth from "./tools/obs_health.ts";
import obsQuery from "./tools/obs_query.ts";
import obsReport from "./tools/obs_report.ts";
import obsScore from "./tools/obs_score.ts";
import obsTrace from "./tools/obs_trace.ts";

export { backend } from "@paios/shared/backend";

export default defineServer<Obs>({
  database: "observability.sqlite",
  tools: [obsQuery, obsTrace, obsScore, obsHealth, obsAlerts, obsAck, obsReport],
  open: (home) => {
    const obs = openObs(home);
    for (const problem of obs.problems) process.stderr.write(`obs: ${problem}\n`);
    freshen(obs);
    return obs;
  },
  close: closeObs,
});
