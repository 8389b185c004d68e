import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "@paios/shared/errors";
import { Blocks, type ContentBlock, defineTool } from "@paios/shared/tool";
import * as z from "zod";

// What `@modelcontextprotocol/conformance` calls, as far as a server of tools alone has it, and three tools of our own.
const hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
const nothing = z.object({});
const blocks = z.instanceof(Blocks);

const text = { type: "text", text: "This is a simple text response for testing." } as const;
const image = {
  type: "image",
  mimeType: "image/png",
  data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
} as const;
const audio = { type: "audio", mimeType: "audio/wav", data: "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=" } as const;
const resource = { type: "resource", resource: { uri: "test://embedded", mimeType: "text/plain", text: "An embedded resource." } } as const;

export const fixtureTools = [
  fixed("test_simple_text", "Simple text", [text]),
  fixed("test_image_content", "Picture", [image]),
  fixed("test_audio_content", "Sound", [audio]),
  fixed("test_embedded_resource", "Embedded resource", [resource]),
  fixed("test_multiple_content_types", "Several kinds of content", [text, image, resource]),
  defineTool({
    name: "test_error_handling",
    description: "Always fails with an error that the model can read. Use to see how a client shows one.",
    input: nothing,
    output: blocks,
    hints,
    run: () => {
      throw new UserError("refused", "This tool always fails. Use another one.");
    },
  }),
  defineTool({
    name: "test_defect",
    description: "Always fails with a defect of its own. Use to see that none of its details reach the model.",
    input: nothing,
    output: blocks,
    hints,
    run: () => {
      throw new TypeError("secret detail");
    },
  }),
  defineTool({
    name: "test_tool_with_progress",
    description: "Reports its progress three times within 100 ms. Use to see how a client shows progress.",
    input: nothing,
    output: blocks,
    hints,
    run: async (_input, { progress }) => {
      for (const done of [0, 50, 100]) {
        if (done > 0) await wait(50);
        progress(done, 100);
      }
      return new Blocks([{ type: "text", text: "Reported three times." }]);
    },
  }),
  defineTool({
    name: "test_echo",
    description: "Gives back its text, repeated up to 100 times. Use to see structured content.",
    input: z.object({ text: z.string().max(10_000), times: z.int().min(1).max(100).default(1) }),
    output: z.object({ text: z.string(), characters: z.int() }),
    hints,
    run: ({ text, times }) => ({ text: text.repeat(times), characters: text.length * times }),
  }),
  defineTool({
    name: "test_wait",
    description: "Answers after up to 10,000 ms, at once when it is cancelled. Use to have a call in flight.",
    input: z.object({ milliseconds: z.int().min(0).max(10_000) }),
    output: z.object({ waited: z.int() }),
    hints,
    run: async ({ milliseconds }, { signal }) => {
      await wait(milliseconds, undefined, { signal });
      return { waited: milliseconds };
    },
  }),
];

function fixed(name: string, title: string, content: readonly ContentBlock[]) {
  const description = `Always gives the same answer (${title.toLowerCase()}). Use to see how a client shows it.`;
  return defineTool({ name, description, input: nothing, output: blocks, hints, run: () => new Blocks(content) });
}
