import { openInProcess, type InProcess } from "@paios/shared/calls";
import { closeKb, type Kb, openKb, server } from "@paios/kb-server";
import { explain } from "@paios/shared/sqlite";
import { paiosHome } from "@paios/shared/home";

/** Runs work on the knowledge base's tools in this process, as a person. */
export async function withTools<T>(work: (kb: InProcess) => Promise<T>): Promise<T> {
  const tools = openInProcess("kb", server, { client: "ai", way: "person" });
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}

/** Runs work on the open knowledge base itself. */
export async function withKb<T>(work: (kb: Kb) => T | Promise<T>): Promise<T> {
  const kb = openKb(paiosHome());
  for (const problem of kb.problems) process.stderr.write(`${problem}\n`);
  try {
    return await work(kb);
  } catch (error) {
    throw explain(kb.path, error);
  } finally {
    await closeKb(kb);
  }
}
