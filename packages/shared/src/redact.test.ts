import { expect, it } from "vitest";
import { redact } from "./redact.ts";

it("hides what is a secret by its key, at any depth, and leaves the rest", () => {
  expect(redact({ query: "heater", auth: { apiKey: "x", access_token: 7, user: "me" }, list: [{ password: "p" }, 3, null] })).toEqual({
    query: "heater",
    auth: { apiKey: "[redacted]", access_token: "[redacted]", user: "me" },
    list: [{ password: "[redacted]" }, 3, null],
  });
});

it("hides what looks like a secret or a mail address inside any text", () => {
  const secrets = ["sk-ant-REDACTED", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "AKIAIOSFODNN7EXAMPLE", "Bearer abc.def-ghi_jkl", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "jane.doe+x@example.co.uk"];
  for (const secret of secrets) expect(redact(`before ${secret} after`)).toBe("before [redacted] after");
  expect(redact("a tokenizer, a key idea, an at @ sign")).toBe("a tokenizer, a key idea, an at @ sign");
});

it("is quick on hostile text and bounded on deep data", () => {
  const started = performance.now();
  redact("a@".repeat(200_000) + "eyJ" + "a".repeat(500_000) + "sk-".repeat(100_000));
  expect(performance.now() - started).toBeLessThan(5_000);
  let deep: unknown = "end";
  for (let level = 0; level < 100; level++) deep = { deep };
  expect(JSON.stringify(redact(deep))).toContain("[redacted]");
});
