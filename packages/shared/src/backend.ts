import type { Send, Session } from "./session.ts";
import { openCalls } from "./calls.ts";
import type { Listening } from "./serve-http.ts";

/** What a server's front loads behind its first answers: the way tools are called, and Streamable HTTP. */
export const backend = {
  openCalls,
  listen: async (name: string, address: string, openSession: (send: Send) => Session): Promise<Listening> => {
    const { listen } = await import("./serve-http.ts");
    return listen(name, address, openSession);
  },
};

export type Backend = typeof backend;
