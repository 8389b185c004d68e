import { existsSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

// One config for every package: entries by convention, shared bundled, native and heavy parts left outside.
const entries = ["src/server.ts", "src/recall.ts", "src/drain.ts", "src/incomplete.ts", "src/library.ts", "src/memory.ts", "src/capture/parse-child.ts", "src/index/refresh-child.ts"].filter((file) => existsSync(file));

const common: Options = {
  format: "esm",
  target: "node22",
  platform: "node",
  splitting: true,
  minify: true,
  dts: false,
  noExternal: [/^@paios\/(?:shared|brains|hooks|kb-server\/memory$)/],
};

/** A program's front is one file that loads nothing; what it loads later is the other build. */
const front: Options = {
  ...common,
  entry: ["src/main.ts"],
  esbuildPlugins: [
    {
      name: "what is loaded later stays outside the front",
      setup: (build) => {
        build.onResolve({ filter: /^\.{1,2}\/(?:server|recall|drain|incomplete)\.ts$/ }, ({ kind, path }) => (kind === "dynamic-import" ? { path: path.replace(/^.*\/(.*)ts$/, "./$1js"), external: true } : undefined));
      },
    },
  ],
};

const rest: Options = { ...common, entry: Object.fromEntries(entries.map((file) => [file.replace(/^.*\/|\.ts$/g, ""), file])) };

export default defineConfig(entries.length > 0 ? [front, rest] : [front]);
