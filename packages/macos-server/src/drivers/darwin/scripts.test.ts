import { runInNewContext, Script } from "node:vm";
import { expect, it } from "vitest";
import { displaysScript, lockedScript, readPictureScript, windowsScript, wordsScript, writePictureScript } from "./scripts.ts";

/** As much of the bridge to Cocoa as a script needs: wrapped lists count, and unwrapping gives the value. */
const bridge = { import: () => {}, unwrap: (value: unknown) => value, deepUnwrap: (value: unknown) => value, castRefToObject: (value: unknown) => value };
const list = <T>(items: readonly T[]) => ({ count: items.length, objectAtIndex: (at: number) => items[at] });

function play(script: string, cocoa: object): unknown {
  return JSON.parse(runInNewContext(script, { ObjC: bridge, $: cocoa }) as string);
}

it("displays are counted from the upper left, though Cocoa counts from the lower left", () => {
  const screen = (localizedName: string, frame: number[], backingScaleFactor: number) => ({ localizedName, backingScaleFactor, frame: { origin: { x: frame[0], y: frame[1] }, size: { width: frame[2], height: frame[3] } } });
  const screens = list([screen("Built-in", [0, 0, 1440, 900], 2), screen("Above", [100, 900, 1920, 1080], 1), screen("Below right", [1440, -180, 1280, 720], 1)]);
  expect(play(displaysScript, { NSScreen: { screens } })).toEqual([
    { name: "Built-in", x: 0, y: 0, width: 1440, height: 900, scale: 2 },
    { name: "Above", x: 100, y: -1080, width: 1920, height: 1080, scale: 1 },
    { name: "Below right", x: 1440, y: 360, width: 1280, height: 720, scale: 1 },
  ]);
});

it("windows are those of programs; a title that is withheld is an empty one", () => {
  const window = (number: number, more: object) => ({ kCGWindowNumber: number, kCGWindowLayer: 0, kCGWindowAlpha: 1, kCGWindowOwnerName: "Safari", kCGWindowOwnerPID: 77, kCGWindowBounds: { X: 1, Y: 2, Width: 3, Height: 4 }, ...more });
  const cocoa = {
    CGWindowListCopyWindowInfo: (...asked: number[]) => list(asked.join() === "17,0" ? [window(1, { kCGWindowLayer: 25 }), window(2, { kCGWindowName: "Start" }), window(3, { kCGWindowAlpha: 0 }), window(4, {})] : []),
    NSWorkspace: { sharedWorkspace: { frontmostApplication: { processIdentifier: 77 } } },
  };
  const shown = (id: number, title: string) => ({ id, title, app: "Safari", pid: 77, x: 1, y: 2, width: 3, height: 4 });
  expect(play(windowsScript, cocoa)).toEqual({ front: 77, windows: [shown(2, "Start"), shown(4, "")] });
});

it("a path is data, whatever it looks like, and every script is JavaScript", () => {
  const hostile = `/tmp/"; ObjC.import("stdlib"); $.system("touch x"); "\u2028\`.png`;
  const asked: string[] = [];
  const box = { origin: { x: 0.1, y: 0.7 }, size: { width: 0.5, height: 0.1 } };
  const line = { topCandidates: () => list([{ string: "Hello", confidence: 0.5 }]), boundingBox: box };
  class Cocoa {
    NSImageRep = { imageRepWithContentsOfFile: (path: string) => (asked.push(path), { pixelsWide: 200, pixelsHigh: 100 }) };
    NSURL = { fileURLWithPath: (path: string) => asked.push(path) };
    NSDictionary = { dictionary: {} };
    VNRecognizeTextRequest = { alloc: { init: { results: list([line]) } } };
    VNImageRequestHandler = { alloc: { initWithURLOptions: () => ({ performRequestsError: () => true }) } };
  }
  const cocoa = Object.assign((value: unknown) => value, new Cocoa());
  expect(play(wordsScript(hostile), cocoa)).toMatchObject({ read: true, width: 200, height: 100, lines: [{ text: "Hello", confidence: 0.5, x: 0.1, width: 0.5 }] });
  expect(asked).toEqual([hostile, hostile]);
  for (const script of [lockedScript, readPictureScript, writePictureScript(Buffer.from("png"))]) expect(() => new Script(script)).not.toThrow();
});
