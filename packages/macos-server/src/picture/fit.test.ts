import { expect, it } from "vitest";
import { fit, profiles, smaller } from "./fit.ts";

it.each([
  [1920, 1080, 1454, 818],
  [3456, 2234, 1369, 885],
  [3840, 2160, 1454, 818],
  [5120, 1440, 1568, 441],
])("%d×%d reaches a standard model as %d×%d", (width, height, fitWidth, fitHeight) => {
  expect(fit(width, height, "claude-standard")).toMatchObject({ width: fitWidth, height: fitHeight, scale: fitWidth / width });
  expect(fit(height, width, "claude-standard")).toMatchObject({ width: fitHeight, height: fitWidth, scale: fitWidth / width });
});

it("never enlarges, and keeps to edge, tokens and what may be handed over", () => {
  expect(fit(640, 480, "claude-standard")).toEqual({ width: 640, height: 480, scale: 1, tokens: 23 * 18 });
  expect(fit(1, 1, "claude-hires")).toEqual({ width: 1, height: 1, scale: 1, tokens: 1 });
  expect(fit(9000, 3, "claude-standard")).toMatchObject({ width: 1568, height: 1 });
  expect(fit(3840, 2160, "claude-hires")).toMatchObject({ width: 2000, height: 1125 });
  expect(fit(7680, 4320, "native")).toMatchObject({ width: 7680, height: 4320, scale: 1 });
  for (let width = 1; width < 6000; width += 137) {
    for (let height = 1; height < 6000; height += 149) {
      for (const profile of profiles.slice(0, 2)) {
        const { tokens, ...size } = fit(width, height, profile);
        const [edge, most] = profile === "claude-standard" ? [1568, 1568] : [2000, 4784];
        if (Math.max(size.width, size.height) > edge || tokens > most || tokens !== Math.ceil(size.width / 28) * Math.ceil(size.height / 28)) expect.fail(`${width}×${height} ${profile}`);
      }
    }
  }
});

it("becomes smaller with the same scale both ways", () => {
  const first = fit(3840, 2160, "claude-hires");
  expect(smaller({ width: 3840, height: 2160 }, first)).toMatchObject({ width: 1700, height: 956, scale: 1700 / 3840 });
});
