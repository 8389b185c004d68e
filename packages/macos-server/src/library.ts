/** What the desktop offers to other programs in their process: the outbox, the CLI and jobs. */
export { macosConfig } from "./config.ts";
export { closeDesktop, type Desktop, openDesktop } from "./desktop.ts";
export { front } from "./front.ts";
export { notifyDesktop, type NotifyPlatform } from "./notify.ts";
export { default as server } from "./server.ts";
export { migrations } from "./store/schema.ts";
export { takePicture } from "./take-picture.ts";
