import { openObs } from "../../obs.ts";
import { evaluateAlerts } from "../evaluate.ts";

// One of many processes that evaluate at the same moment: argv is home, epoch ms to begin at, and the clock of the evaluation.
const [home = "", begin = "", now = ""] = process.argv.slice(2);
const obs = openObs(home);
while (Date.now() < Number(begin));
for (let n = 0; n < 5; n++) evaluateAlerts(obs, Number(now) + n);
obs.database.close();
