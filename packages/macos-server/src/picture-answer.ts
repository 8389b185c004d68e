import { Blocks } from "@paios/shared/tool";
import type { Fitted } from "./picture/fitted.ts";
import type { Profile } from "./picture/fit.ts";

/** A picture before its JSON, and no structured content: Codex would drop the picture. `native` is the path only. */
export function pictureAnswer({ png }: Pick<Fitted, "png">, profile: Profile, facts: object): Blocks {
  const text = { type: "text" as const, text: JSON.stringify(facts) };
  return new Blocks(profile === "native" ? [text] : [{ type: "image", data: png.toString("base64"), mimeType: "image/png" }, text]);
}
