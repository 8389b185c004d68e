import { existsSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

// One config for every package: entries by convention, shared bundled, native and heavy parts left outside.
const entries = ["src/server.ts", "src/library.ts", "src/capture/parse-child.ts", "src/index/refresh-child.ts"].filter((file) => existsSync(file));

const common: Options = {
  format: "esm",
  target: "node22",
  platform: "node",
  splitting: true,
  minify: true,
  dts: false,
  noExternal: [/^@paios\/(shared|brains)/],
};

/** A server's front is one file that loads nothing; what it loads later is the other build. */
const front: Options = {
  ...common,
  entry: ["src/main.ts"],
  esbuildPlugins: [
    {
      name: "server stays outside the front",
      setup: (build) => {
        build.onResolve({ filter: /^\.\/server\.ts$/ }, ({ kind }) => (kind === "dynamic-import" ? { path: "./server.js", external: true } : undefined));
      },
    },
  ],
};

const rest: Options = { ...common, entry: Object.fromEntries(entries.map((file) => [file.replace(/^.*\/|\.ts$/g, ""), file])) };

export default defineConfig(entries.length > 0 ? [front, rest] : [front]);
