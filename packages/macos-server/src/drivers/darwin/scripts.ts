// JavaScript for Automation, run by `osascript -l JavaScript -` from standard input. What a script ends with is printed.
// A JSON string is a JavaScript string: no text becomes code.

/** Cocoa counts from the lower left of the first screen, everything else from its upper left. */
export const displaysScript = `
ObjC.import("AppKit");
const screens = $.NSScreen.screens;
const top = screens.objectAtIndex(0).frame.size.height;
const found = [];
for (let i = 0; i < screens.count; i++) {
  const screen = screens.objectAtIndex(i);
  const { origin, size } = screen.frame;
  found.push({ name: ObjC.unwrap(screen.localizedName) || "", x: origin.x, y: top - origin.y - size.height, width: size.width, height: size.height, scale: screen.backingScaleFactor });
}
JSON.stringify(found);
`;

/** On screen, without the desktop's own elements (1 + 16), topmost first. Layer 0 is where programs have their windows. */
export const windowsScript = `
ObjC.import("AppKit");
ObjC.import("CoreGraphics");
const list = ObjC.castRefToObject($.CGWindowListCopyWindowInfo(17, 0));
const front = $.NSWorkspace.sharedWorkspace.frontmostApplication.processIdentifier;
const found = [];
for (let i = 0; i < list.count; i++) {
  const window = ObjC.deepUnwrap(list.objectAtIndex(i));
  if (window.kCGWindowLayer !== 0 || window.kCGWindowAlpha === 0) continue;
  const { X, Y, Width, Height } = window.kCGWindowBounds;
  found.push({ id: window.kCGWindowNumber, title: window.kCGWindowName || "", app: window.kCGWindowOwnerName || "", pid: window.kCGWindowOwnerPID, x: X, y: Y, width: Width, height: Height });
}
JSON.stringify({ front, windows: found });
`;

export const lockedScript = `
ObjC.import("CoreGraphics");
const session = ObjC.deepUnwrap(ObjC.castRefToObject($.CGSessionCopyCurrentDictionary()));
JSON.stringify(Boolean(session && session.CGSSessionScreenIsLocked));
`;

/** Vision counts in parts of the picture, from its lower left. */
export function wordsScript(path: string): string {
  return `
ObjC.import("AppKit");
ObjC.import("Vision");
const path = ${JSON.stringify(path)};
const picture = $.NSImageRep.imageRepWithContentsOfFile(path);
const request = $.VNRecognizeTextRequest.alloc.init;
request.recognitionLevel = 0;
const handler = $.VNImageRequestHandler.alloc.initWithURLOptions($.NSURL.fileURLWithPath(path), $.NSDictionary.dictionary);
const read = handler.performRequestsError($([request]), null);
const found = [];
for (let i = 0; read && i < request.results.count; i++) {
  const line = request.results.objectAtIndex(i);
  const best = line.topCandidates(1).objectAtIndex(0);
  const { origin, size } = line.boundingBox;
  found.push({ text: ObjC.unwrap(best.string), confidence: best.confidence, x: origin.x, y: 1 - origin.y - size.height, width: size.width, height: size.height });
}
JSON.stringify({ read: Boolean(read), width: Number(picture.pixelsWide), height: Number(picture.pixelsHigh), lines: found });
`;
}

/** A copied picture is often a TIFF; it is made a PNG. */
export const readPictureScript = `
ObjC.import("AppKit");
const board = $.NSPasteboard.generalPasteboard;
let data = board.dataForType("public.png");
if (data.isNil()) {
  const tiff = board.dataForType("public.tiff");
  if (!tiff.isNil()) data = $.NSBitmapImageRep.imageRepWithData(tiff).representationUsingTypeProperties(4, $.NSDictionary.dictionary);
}
JSON.stringify(data.isNil() ? "" : ObjC.unwrap(data.base64EncodedStringWithOptions(0)));
`;

export function writePictureScript(png: Buffer): string {
  return `
ObjC.import("AppKit");
const data = $.NSData.alloc.initWithBase64EncodedStringOptions(${JSON.stringify(png.toString("base64"))}, 0);
const board = $.NSPasteboard.generalPasteboard;
board.clearContents;
JSON.stringify(Boolean(board.setDataForType(data, "public.png")));
`;
}
