import { defineConfig } from "vitest/config";

// Two kinds: unit tests beside the code, and whole-program tests under tests/ that need a build.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
          setupFiles: ["tests/scratch-home.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "whole",
          include: ["tests/**/*.test.ts"],
          setupFiles: ["tests/scratch-home.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
