import { openCalls } from "./calls.ts";
import type { ServerFront } from "./serve.ts";
import { Session } from "./session.ts";
import type { ServerModule } from "./tool.ts";

/** An MCP transport as the SDKs have it: messages are objects. */
export interface ObjectTransport {
  start: () => Promise<void>;
  send: (message: never) => Promise<void>;
  close: () => Promise<void>;
  onmessage?: ((message: never) => void) | undefined;
}

/** A server in this process, behind the object that the Agent SDK calls an instance: `connect` and `close`. */
export interface InProcessServer {
  connect: (transport: ObjectTransport) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Serves a capability's tools over a transport inside this process: the same session, validation, limits and error
 * boundary as over stdio, and no child. Calls without a `traceparent` become children of `parent`.
 */
export function inProcessServer<State>(front: ServerFront, server: ServerModule<State>, parent: string | undefined): InProcessServer {
  const dispatch = openCalls(front, server);
  let session: Session | undefined;
  return {
    connect: async (transport) => {
      const send = (message: string) => void transport.send(JSON.parse(message) as never).catch(() => {});
      const opened = (session = new Session({ front, dispatch: () => Promise.resolve(dispatch), send }));
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- MCP's transports have this property and no listeners
      transport.onmessage = (message) => opened.receive(withParent(message, parent));
      await transport.start();
    },
    close: async () => {
      await session?.close(0);
      dispatch.flush();
      await dispatch.close();
    },
  };
}

function withParent(message: unknown, parent: string | undefined): unknown {
  const { method, params } = message as { method?: unknown; params?: { _meta?: object } };
  if (parent === undefined || method !== "tools/call") return message;
  return { ...(message as object), params: { ...params, _meta: { traceparent: parent, ...params?._meta } } };
}
