import { expect, it } from "vitest";
import { errorCode, UserError } from "./errors.ts";

it("a UserError of another bundle's copy is one too", () => {
  class UserErrorOfAnotherBundle extends Error {
    override readonly name = "UserError";
  }
  expect(new UserErrorOfAnotherBundle("x") instanceof UserError).toBe(true);
  expect(new Error("x") instanceof UserError).toBe(false);
  expect({ name: "UserError" } instanceof UserError).toBe(false);
});

it("keeps its code and cause", () => {
  const cause = new Error("why");
  expect(new UserError("storage", "what", { cause })).toMatchObject({ code: "storage", message: "what", cause });
});

it("errorCode reads text codes only", () => {
  const withCode = (code: unknown) => Object.assign(new Error("x"), { code });
  expect([withCode("ENOENT"), withCode(7), new Error("x"), "ENOENT", null, undefined].map(errorCode)).toEqual(["ENOENT", "", "", "", "", ""]);
});
