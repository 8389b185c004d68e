import { listing } from "@paios/shared/listing";
import { expect, it } from "vitest";
import golden from "../../tools.json" with { type: "json" };
import server from "../server.ts";

it("the list is the committed one, and small", () => {
  const listed = server.tools.map((tool) => listing(tool as never));
  expect(listed).toEqual(golden);
  expect(JSON.stringify(listed).length / 4).toBeLessThanOrEqual(450);
});
