import { expect, it } from "vitest";
import { assertOutside } from "./inside.ts";

it("LOG-13 knows the service around it by our mark or OpenClaw's, and refuses only what would end that one", () => {
  const around = (env: Record<string, string>) => ({ env });
  const refusal = expect.objectContaining({ code: "refused" }) as Error;
  expect(() => assertOutside(around({ PAIOS_SERVICE: "heartbeat" }), "it", ["emit-server", "heartbeat"])).toThrow(refusal);
  expect(() => assertOutside(around({ OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "gateway" }), "it", ["gateway"])).toThrow(refusal);
  expect(() => assertOutside(around({ PAIOS_SERVICE: "heartbeat" }), "it", ["emit-server"])).not.toThrow();
  expect(() => assertOutside(around({ OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "node" }), "it", ["gateway"])).not.toThrow();
  expect(() => assertOutside(around({}), "it", ["gateway"])).not.toThrow();
});
