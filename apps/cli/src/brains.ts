import { openInProcess, type InProcess } from "@paios/shared/calls";

/** Runs work on the router's tools in this process, as a person. Loaded only by the commands that need it. */
export async function withRouter<T>(work: (router: InProcess) => Promise<T>): Promise<T> {
  const { server } = await import("@paios/router-server");
  const tools = openInProcess("router", server, { client: "ai", way: "person" });
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}
