import type { Client, Reply } from "x11";
import type { Display } from "../driver.ts";
import type { Connection } from "./connection.ts";
import { property } from "./property.ts";

interface Monitor {
  name: number;
  primary: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
}

const getMonitors = 42;
const defaultDpi = 96;

/** The monitors, the primary one first; the whole screen where the X server knows none. */
export async function displaysOf(connection: Connection): Promise<Display[]> {
  const { root, pixel_width: width, pixel_height: height } = connection.screen;
  const [monitors, scale] = await Promise.all([monitorsOf(connection), scaleOf(connection)]);
  if (monitors.length === 0) return [{ id: 1, name: "screen", x: 0, y: 0, ...(await sizeOf(connection, root, { width, height })), scale, primary: true }];
  const named = await Promise.all(monitors.map(async ({ name, ...monitor }) => ({ ...monitor, name: await connection.ask<string>((client, reply) => client.GetAtomName(name, reply)), scale })));
  const first = named.find(({ primary }) => primary) ?? named[0];
  const sorted = named.sort((one, other) => Number(other === first) - Number(one === first) || one.x - other.x || one.y - other.y);
  return sorted.map((monitor, at) => ({ ...monitor, id: at + 1, primary: at === 0 }));
}

/** The size may have changed since the connection was made. */
async function sizeOf({ ask }: Connection, root: number, { width, height }: { width: number; height: number }): Promise<{ width: number; height: number }> {
  const now = await ask<{ width: number; height: number }>((client, reply) => client.GetGeometry(root, reply));
  return { width: now.width || width, height: now.height || height };
}

async function monitorsOf({ ask, screen }: Connection): Promise<Monitor[]> {
  const { present, majorOpcode } = await ask<{ present: number; majorOpcode: number }>((client, reply) => client.QueryExtension("RANDR", reply));
  if (!present) return [];
  try {
    return await ask<Monitor[]>((client, reply) => requestMonitors(client, majorOpcode, screen.root, reply));
  } catch (error) {
    // An X server of before RandR 1.5.
    if (error instanceof Error && error.message === "Bad request") return [];
    throw error;
  }
}

/** RRGetMonitors, which the library lacks. Source: RandR protocol 1.5. */
function requestMonitors(client: Client, opcode: number, root: number, reply: Reply<Monitor[]>): void {
  const packet = Buffer.alloc(12);
  packet.set([opcode, getMonitors, 3, 0]);
  packet.writeUInt32LE(root, 4);
  packet[8] = 1;
  client.seq_num++;
  client.pack_stream.put(packet);
  client.replies[client.seq_num] = [readMonitors, reply];
  client.pack_stream.submit(true);
}

function readMonitors(body: Buffer): Monitor[] {
  const monitors: Monitor[] = [];
  let at = 24;
  for (let left = body.readUInt32LE(4); left > 0; left--) {
    monitors.push({ name: body.readUInt32LE(at), primary: body[at + 4] === 1, x: body.readInt16LE(at + 8), y: body.readInt16LE(at + 10), width: body.readUInt16LE(at + 12), height: body.readUInt16LE(at + 14) });
    at += 24 + 4 * body.readUInt16LE(at + 6);
  }
  return monitors;
}

/** What toolkits enlarge by; the X server itself counts in pixels. */
async function scaleOf(connection: Connection): Promise<number> {
  const resources = (await property(connection, connection.screen.root, "RESOURCE_MANAGER"))?.data.toString("latin1") ?? "";
  const dpi = Number(/^Xft\.dpi:\s*(\d{2,3})(?:\.\d{1,6})?\s*$/m.exec(resources)?.[1] ?? defaultDpi);
  return Math.round((dpi / defaultDpi) * 100) / 100;
}
