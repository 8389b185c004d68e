import { existsSync } from "node:fs";
import { defineConfig } from "tsup";

// One config for every package: entries by convention, our own code and zod bundled, native and heavy parts left outside.
const entries = ["src/main.ts", "src/library.ts", "src/capture/parse-child.ts"];

export default defineConfig({
  entry: Object.fromEntries(
    entries.filter((file) => existsSync(file)).map((file) => [file.replace(/^.*\/|\.ts$/g, ""), file]),
  ),
  format: "esm",
  target: "node22",
  platform: "node",
  splitting: true,
  minify: true,
  clean: true,
  dts: false,
  noExternal: [/^@paios\//],
});
