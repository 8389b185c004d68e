const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A new trace id and a span id in it. */
export function newIds(): { traceId: string; spanId: string } {
  return { traceId: randomHex(16), spanId: randomHex(8) };
}

/** Ids must differ, not be secret: node:crypto would be most of this module's import. Source: W3C Trace Context, 5.1. */
export function randomHex(bytes: 8 | 16): string {
  let id = "";
  for (let at = 0; at < bytes; at += 4) {
    const random = (Math.random() * 0x1_0000_0000) >>> 0;
    id += `${hexOfByte[random >>> 24]}${hexOfByte[(random >>> 16) & 255]}${hexOfByte[(random >>> 8) & 255]}${hexOfByte[random & 255]}`;
  }
  return id;
}
