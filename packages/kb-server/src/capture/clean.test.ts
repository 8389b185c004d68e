import { expect, it } from "vitest";
import { cleanLine, cleanText } from "./clean.ts";

it("cleans text of everything that is no text", () => {
  expect(cleanText("\uFEFF\n\na\r\nb\rc \u0000\u001B[31m\u202E\n\n\n\n d\u00A0e\uD800 \u{E0041}\uFFFF می\u200Cخ\n\n")).toBe("a\nb\nc [31m\n\n d e\uFFFD  می\u200Cخ");
});

it("makes one line and cuts it between characters", () => {
  expect(cleanLine(" a\n\tb  c ")).toBe("a b c");
  expect(cleanLine("a".repeat(400))).toBe(`${"a".repeat(299)}…`);
  expect(cleanLine(`${"a".repeat(298)}😀😀`)).toBe(`${"a".repeat(298)}…`);
});
