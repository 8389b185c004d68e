import { defineServer } from "@paios/shared/tool";
import { closeDesktop, type Desktop, openDesktop } from "./desktop.ts";
import macosApps from "./tools/macos_apps.ts";
import macosClipboardRead from "./tools/macos_clipboard_read.ts";
import macosClipboardWrite from "./tools/macos_clipboard_write.ts";
import macosDisplays from "./tools/macos_displays.ts";
import macosDoctor from "./tools/macos_doctor.ts";
import macosFind from "./tools/macos_find.ts";
import macosNotify from "./tools/macos_notify.ts";
import macosOcr from "./tools/macos_ocr.ts";
import macosOpen from "./tools/macos_open.ts";
import macosScreenshot from "./tools/macos_screenshot.ts";
import macosWindows from "./tools/macos_windows.ts";

export { backend } from "@paios/shared/backend";

export default defineServer<Desktop>({
  database: "macos.sqlite",
  tools: [macosScreenshot, macosWindows, macosApps, macosDisplays, macosOcr, macosClipboardRead, macosClipboardWrite, macosNotify, macosOpen, macosFind, macosDoctor],
  open: (home, { environment }) => {
    const desktop = openDesktop(home, environment);
    for (const problem of desktop.problems) process.stderr.write(`macos: ${problem}\n`);
    return desktop;
  },
  close: closeDesktop,
});
