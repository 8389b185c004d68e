import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface Web {
  url: string;
  port: number;
  [Symbol.asyncDispose]: () => Promise<void>;
}

/** A real web server on loopback. */
export async function startWeb(listener: RequestListener): Promise<Web> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers each path with its page. */
export function pages(answers: Record<string, { type: string; body: string | Uint8Array }>): RequestListener {
  return (request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer) response.writeHead(200, { "content-type": answer.type }).end(answer.body);
    else response.writeHead(404).end();
  };
}
