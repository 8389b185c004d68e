import type { Window } from "../driver.ts";
import type { Rectangle } from "../../picture/pixels.ts";
import type { Connection } from "./connection.ts";
import { atomOf, isGone, numbers, property } from "./property.ts";

const viewable = 2;
const inputOutput = 1;

/** The windows of programs, topmost first, each with its frame. What is the desktop's own background is left out. */
export async function windowsOf(connection: Connection): Promise<Window[]> {
  const { root } = connection.screen;
  const [active, desktopType, listed] = await Promise.all([numbers(connection, root, "_NET_ACTIVE_WINDOW"), atomOf(connection, "_NET_WM_WINDOW_TYPE_DESKTOP"), listedByManager(connection)]);
  const ids = listed ?? (await topLevels(connection));
  const focused = active?.[0] ?? (await focusOf(connection));
  const windows = await Promise.all(ids.toReversed().map((id) => windowOf(connection, id, { focused, desktopType })));
  return windows.filter((window) => window !== undefined);
}

/** What the window manager lists, bottom first; undefined when there is none that lives. */
async function listedByManager(connection: Connection): Promise<number[] | undefined> {
  const { root } = connection.screen;
  const [check] = (await numbers(connection, root, "_NET_SUPPORTING_WM_CHECK")) ?? [];
  if (check === undefined || !(await numbers(connection, check, "_NET_SUPPORTING_WM_CHECK"))) return undefined;
  return (await numbers(connection, root, "_NET_CLIENT_LIST_STACKING")) ?? numbers(connection, root, "_NET_CLIENT_LIST");
}

/** Without a window manager: the root's own children that a person can see. */
async function topLevels({ ask, screen }: Connection): Promise<number[]> {
  const { children } = await ask<{ children: number[] }>((client, reply) => client.QueryTree(screen.root, reply));
  const shown = await Promise.all(
    children.map(async (id) => {
      try {
        const { mapState, overrideRedirect, klass } = await ask<{ mapState: number; overrideRedirect: number; klass: number }>((client, reply) => client.GetWindowAttributes(id, reply));
        return mapState === viewable && !overrideRedirect && klass === inputOutput;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    }),
  );
  return children.filter((_, at) => shown[at]);
}

async function windowOf(connection: Connection, id: number, { focused, desktopType }: { focused: number | undefined; desktopType: number }): Promise<Window | undefined> {
  try {
    const [title, oldTitle, names, pid, types, shadow, visible, frame] = await Promise.all([
      property(connection, id, "_NET_WM_NAME"),
      property(connection, id, "WM_NAME"),
      property(connection, id, "WM_CLASS"),
      numbers(connection, id, "_NET_WM_PID"),
      numbers(connection, id, "_NET_WM_WINDOW_TYPE"),
      numbers(connection, id, "_GTK_FRAME_EXTENTS"),
      isViewable(connection, id),
      frameOf(connection, id),
    ]);
    if (types?.includes(desktopType)) return undefined;
    const [left = 0, right = 0, top = 0, bottom = 0] = shadow ?? [];
    const [instance = "", app = instance] = (names?.data.toString("utf8") ?? "").split("\0");
    return {
      id,
      title: title?.data.toString("utf8") ?? (oldTitle ? compoundText(oldTitle.data) : ""),
      app,
      ...(pid?.[0] !== undefined && { pid: pid[0] }),
      x: frame.x + left,
      y: frame.y + top,
      width: frame.width - left - right,
      height: frame.height - top - bottom,
      visible,
      focused: id === focused,
    };
  } catch (error) {
    // Closed between the list and the question.
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Latin-1 with stretches of UTF-8 between `ESC % G` and `ESC % @`. Source: Compound Text Encoding 1.1. */
function compoundText(data: Buffer): string {
  const [first = "", ...rest] = data.toString("latin1").split("\u001b%G");
  return first + rest.map((stretch) => stretch.split("\u001b%@").map((part, at) => (at === 0 ? Buffer.from(part, "latin1").toString("utf8") : part)).join("")).join("");
}

async function isViewable({ ask }: Connection, id: number): Promise<boolean> {
  const { mapState } = await ask<{ mapState: number }>((client, reply) => client.GetWindowAttributes(id, reply));
  return mapState === viewable;
}

/** A window manager puts a window into a frame: its outermost ancestor below the root is what a person sees. */
async function frameOf({ ask, screen }: Connection, id: number): Promise<Rectangle> {
  let outermost = id;
  for (let depth = 0; depth < 10; depth++) {
    const { parent } = await ask<{ parent: number }>((client, reply) => client.QueryTree(outermost, reply));
    if (parent === screen.root || parent === 0) break;
    outermost = parent;
  }
  const { width, height, borderWidth } = await ask<{ width: number; height: number; borderWidth: number }>((client, reply) => client.GetGeometry(outermost, reply));
  const { destX, destY } = await ask<{ destX: number; destY: number }>((client, reply) => client.TranslateCoordinates(outermost, screen.root, 0, 0, reply));
  return { x: destX - borderWidth, y: destY - borderWidth, width: width + 2 * borderWidth, height: height + 2 * borderWidth };
}

async function focusOf({ ask }: Connection): Promise<number> {
  return (await ask<{ focus: number }>((client, reply) => client.GetInputFocus(reply))).focus;
}
