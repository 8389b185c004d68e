import * as z from "zod";
import { answerOf } from "../answer.ts";
import { failure } from "../../failure.ts";
import type { Display, Window } from "../driver.ts";
import type { Programs } from "../program.ts";

const rectangle = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const output = z.object({ name: z.string(), active: z.boolean(), focused: z.boolean().optional(), primary: z.boolean().optional(), scale: z.number().optional(), rect: rectangle });

interface Node {
  id: number;
  name: string | null;
  type: string;
  rect: z.infer<typeof rectangle>;
  deco_rect?: z.infer<typeof rectangle> | undefined;
  pid?: number | undefined;
  app_id?: string | null | undefined;
  window_properties?: { class?: string | undefined } | undefined;
  visible?: boolean | undefined;
  focused: boolean;
  nodes: Node[];
  floating_nodes: Node[];
}

const node: z.ZodType<Node> = z.object({
  id: z.number(),
  name: z.string().nullable(),
  type: z.string(),
  rect: rectangle,
  deco_rect: rectangle.optional(),
  pid: z.number().optional(),
  app_id: z.string().nullish(),
  window_properties: z.object({ class: z.string().optional() }).optional(),
  visible: z.boolean().optional(),
  focused: z.boolean(),
  nodes: z.array(z.lazy(() => node)),
  floating_nodes: z.array(z.lazy(() => node)),
});

/** Sway has no primary output: the focused one comes first. */
export async function displaysOf(tools: Programs, signal: AbortSignal): Promise<Display[]> {
  const outputs = (await ask(tools, "get_outputs", z.array(output), signal)).filter(({ active }) => active);
  const sorted = outputs.sort((one, other) => Number(other.focused ?? false) - Number(one.focused ?? false) || one.rect.x - other.rect.x || one.rect.y - other.rect.y);
  return sorted.map(({ name, rect, scale }, at) => ({ id: at + 1, name, ...rect, scale: scale ?? 1, primary: at === 0 }));
}

/** Floating windows lie above tiled ones; the tree lists what lies above last. */
export async function windowsOf(tools: Programs, signal: AbortSignal): Promise<Window[]> {
  const tree = await ask(tools, "get_tree", node, signal);
  return windowsUnder(tree).toReversed();
}

function windowsUnder(parent: Node): Window[] {
  const own = parent.pid !== undefined && parent.nodes.length === 0 && parent.type.endsWith("con") ? [shown(parent)] : [];
  return [...own, ...parent.nodes.flatMap(windowsUnder), ...parent.floating_nodes.flatMap(windowsUnder)];
}

/** With its title bar, which sway counts apart. */
function shown({ id, name, pid, rect, deco_rect, app_id, window_properties, visible, focused, type }: Node): Window {
  const bar = type === "floating_con" ? (deco_rect?.height ?? 0) : 0;
  return {
    id,
    title: name ?? "",
    app: app_id ?? window_properties?.class ?? "",
    ...(pid !== undefined && { pid }),
    x: rect.x,
    y: rect.y - bar,
    width: rect.width,
    height: rect.height + bar,
    visible: visible ?? true,
    focused,
  };
}

async function ask<T>(tools: Programs, question: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
  const { code, stdout } = await tools.run("swaymsg", { args: ["-r", "-t", question], signal });
  if (code !== 0) throw failure("no_desktop", "sway did not answer. Set SWAYSOCK as in the desktop's own terminal; other compositors tell no program their windows.");
  return answerOf("swaymsg", stdout, schema);
}
