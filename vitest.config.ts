import { defineConfig } from "vitest/config";

// Unit tests stand beside the code; tests of whole programs, under tests/, need a build. Some folders are a lane of their
// own, which runs beside the others and takes about as long (scripts/test.ts), each one file after the other.
const apart = ["repository", "cli", "analytics", "change", "services", "heartbeat", "clients"].map((folder) => `tests/${folder}/**/*.test.ts`);
const whole = { setupFiles: ["tests/scratch-home.ts"], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "infra/src/**/*.test.ts", "scripts/**/*.test.ts"],
          setupFiles: ["tests/scratch-home.ts"],
          testTimeout: 20_000,
        },
      },
      { test: { ...whole, name: "whole", include: ["tests/**/*.test.ts"], exclude: apart } },
      { test: { ...whole, name: "apart", include: apart } },
    ],
  },
});
