/** What the model says next, whichever CLI asks. `own` is a tool of the CLI itself; `search` goes through its tool search. */
export type Turn = { own: { name: string; input: Record<string, unknown> } } | { tool: { server: string; name: string; input: Record<string, unknown> } } | { search: string } | { text: string };

export type Body = Record<string, unknown>;

/** What the model got back from one tool call: its text, and how many pictures. */
export interface ToolResult {
  text: string;
  images: number;
}

/** One provider's protocol, as far as a replayed script needs it. */
export interface Provider {
  /** Requests of the conversation itself, as opposed to titles, summaries and probes. */
  isConversation: (body: Body) => boolean;
  stream: (turn: Turn, id: number, body: Body) => object[];
  whole: (turn: Turn, id: number, body: Body) => object;
  offers: (body: Body, server: string, tool: string) => "listed" | "deferred" | undefined;
  results: (body: Body) => ToolResult[];
}

export function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of a list that are objects; a missing list is an empty one. */
export function objects(value: unknown): Body[] {
  return Array.isArray(value) ? value.filter(isBody) : [];
}
