import type { Obs } from "../obs.ts";
import type { Check } from "./check.ts";
import { configCheck } from "./config-files.ts";
import { credentialChecks } from "./credentials.ts";
import { databaseChecks } from "./databases.ts";
import { embeddingsChecks } from "./embeddings.ts";
import { emitServerCheck } from "./emit-server.ts";
import { gatewayChecks } from "./gateway.ts";
import { databaseGrowthCheck, diskCheck, spoolCheck } from "./growth.ts";
import { mcpCheck } from "./mcp-errors.ts";
import { sessionStoreCheck } from "./session-stores.ts";
import { cpuCheck, memoryCheck } from "./usage.ts";

/** Everything that is looked at, as it is configured and installed now. */
export function builtInChecks(obs: Obs): Check[] {
  return [
    emitServerCheck,
    ...gatewayChecks(obs),
    mcpCheck,
    ...embeddingsChecks(obs),
    ...databaseChecks(obs),
    ...credentialChecks(obs),
    configCheck,
    diskCheck,
    databaseGrowthCheck,
    sessionStoreCheck,
    spoolCheck,
    memoryCheck,
    cpuCheck,
  ];
}
