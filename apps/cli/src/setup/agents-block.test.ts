import { expect, it } from "vitest";
import { paiosContext } from "./agents-block.ts";
import { kb, mesh } from "./example.ts";

it("MEM-03 the context names the servers there are, and fits in 40 lines", () => {
  const [context, shorter] = [paiosContext(mesh), paiosContext([kb])];
  expect(context).toContain("- `obs`: ");
  expect(shorter).not.toContain("- `obs`");
  expect(shorter).not.toContain("router");
  expect(paiosContext([...mesh, { ...kb, name: "router" }, { ...kb, name: "new" }])).toContain("`router_ask`");
  expect(paiosContext([{ ...kb, name: "new" }])).toContain("- `new`.\n");
  expect(context.split("\n").length).toBeLessThanOrEqual(38);
});
