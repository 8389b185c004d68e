import { backend } from "@paios/shared/backend";
import { listing } from "@paios/shared/listing";
import { serve } from "@paios/shared/serve";
import { defineServer, type ToolListing } from "@paios/shared/tool";
import { fixtureTools } from "./fixture-tools.ts";

// The suite wants this one by a name without our prefix, so it is there for the suite alone. Its schema is listed as
// written: `listing()` drops the keywords that the suite looks for.
const schemaTool: ToolListing = {
  name: "json_schema_2020_12_tool",
  description: "Has a schema with the keywords of JSON Schema 2020-12.",
  inputSchema: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: { address: { type: "object", properties: { street: { type: "string" }, city: { type: "string" } } } },
    properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } },
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
};

const forSuite = process.env["PAIOS_CONFORMANCE_SUITE"] === "1";
const server = defineServer({ database: "test.sqlite", tools: fixtureTools, open: () => undefined });

serve({
  name: "test",
  title: "Conformance fixture",
  version: "1.0.0",
  instructions: "Tools that show every kind of answer. Use them to test an MCP client.",
  tools: [...fixtureTools.map(listing), ...(forSuite ? [schemaTool] : [])],
  load: () => Promise.resolve({ default: server, backend }),
});
