import { defineServer } from "@paios/shared/tool";
import { closeObs, freshen, type Obs, openObs } from "./obs.ts";
import obsQuery from "./tools/obs_query.ts";
import obsReport from "./tools/obs_report.ts";
import obsScore from "./tools/obs_score.ts";
import obsTrace from "./tools/obs_trace.ts";

export { backend } from "@paios/shared/backend";

export default defineServer<Obs>({
  database: "observability.sqlite",
  tools: [obsQuery, obsTrace, obsScore, obsReport],
  open: (home) => {
    const obs = openObs(home);
    for (const problem of obs.problems) process.stderr.write(`obs: ${problem}\n`);
    freshen(obs);
    return obs;
  },
  close: closeObs,
});
