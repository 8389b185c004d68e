import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { healthReport } from "./report.ts";
import { runChecks } from "./run.ts";
import { testHome } from "./testing/home.ts";
import { loopback } from "./testing/loopback.ts";

const now = Date.UTC(2026, 10, 21);

it.each([
  ["says ok to everything", "ok"],
  ["even claims that it took the event", '{"accepted":1}'],
  ["claims everything at once", '{"accepted":1,"status":"ok","ready":"yes","data":[],"embeddings":[[]]}'],
])("LOG-16 a server that answers 200 and cannot do its job is unhealthy: it %s", async (_what, answer) => {
  using home = testHome();
  await using server = await loopback((request, response) => {
    request.resume();
    response.writeHead(200).end(answer);
  });
  writeFileSync(join(home.path, "paios.json"), JSON.stringify({ emit: { port: server.port }, kb: { embeddings: { provider: "ollama", url: server.url, model: "m" } } }));
  writeFileSync(join(home.path, "openclaw.json"), JSON.stringify({ gateway: { port: server.port } }));
  await runChecks(home.obs, { now, only: ["emit-server", "gateway", "embeddings"] });
  expect(healthReport(home.obs, now)).toMatchObject({ status: "fail", checks: [{ name: "embeddings", status: "fail" }, { name: "emit-server", status: "fail" }, { name: "gateway", status: "fail" }] });
});
