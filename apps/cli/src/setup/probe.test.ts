import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processesWith } from "@paios/shared/testing/processes";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it, vi } from "vitest";
import { parseClaudeList, probeClaude, probeCodex } from "./probe.ts";

// What claude 2.1.329 prints, with shorter paths.
const claude329 = `Checking MCP server health…

kb: /home/bin/node /opt/kb/main.js - ✔ Connected
my.dotted - name: /home/bin/node /opt/obs/main.js a - b — c: d - ✘ Failed to connect — CONNECTION_CLOSED: Connection closed
my.server: /home/bin/node x - ✔ Connected
wrong: /nowhere/node x.js - ✘ Failed to connect — ENOENT: no such file or directory, posix_spawn '/nowhere/node'
remote.x: http://127.0.0.1:9/mcp (HTTP) - ✘ Failed to connect — ECONNREFUSED: Unable to connect. Is the computer able to access the url?
team: node x.js - ⏸ Pending approval (run \`claude\` to approve)
cloud: https://example.test/mcp (HTTP) - ! Needs authentication
`;

it("reads what Claude prints, names with dots and failures too", () => {
  const rows = [...parseClaudeList(claude329)].map(([name, { state, detail }]) => `${name} | ${state} | ${detail}`);
  expect(rows).toEqual([
    "kb | connected | Connected",
    "my.dotted - name | failed | Failed to connect — CONNECTION_CLOSED: Connection closed",
    "my.server | connected | Connected",
    "wrong | failed | Failed to connect — ENOENT: no such file or directory, posix_spawn '/nowhere/node'",
    "remote.x | failed | Failed to connect — ECONNREFUSED: Unable to connect. Is the computer able to access the url?",
    "team | pending | Pending approval (run `claude` to approve)",
    "cloud | unknown | Needs authentication",
  ]);
  expect(parseClaudeList("No MCP servers configured. Use `claude mcp add` to add a server.\n").size).toBe(0);
});

describe.concurrent("probeClaude", () => {
  it("gives a row for each server asked for, in that order", async () => {
    const rows = await probe(probeClaude, 'echo "b: x - ✔ Connected"');
    expect(rows).toMatchObject([
      { client: "claude", server: "a", state: "missing", detail: "not registered", ms: expect.any(Number) as number },
      { client: "claude", server: "b", state: "connected", detail: "Connected" },
    ]);
  });

  it.each([
    ["hangs", "exec sleep 30", "program took longer than 0.4 s and was ended."],
    ["fails", "exit 4", "claude mcp list ended with code 4"],
    ["is not there", undefined, "it cannot be started (ENOENT)"],
  ])("says unknown, and why, of a Claude that %s", async (_, script, detail) => {
    expect(await probe(probeClaude, script)).toMatchObject([{ server: "a", state: "unknown", detail }, { server: "b", state: "unknown", detail }]);
  });
});

describe.concurrent("probeCodex", () => {
  it("asks for one server after the other, over pages, and keeps what it knew when Codex ends in between", async () => {
    const script = `
      page=0
      while read -r line; do
        id=$(printf %s "$line" | tr ',{' '\\n\\n' | grep '"id"' | tr -dc 0-9)
        case "$line" in
          *initialize\\"*) echo "{\\"id\\":$id,\\"result\\":{}}" ;;
          *'"cursor":"2"'*) echo "{\\"id\\":$id,\\"result\\":{\\"data\\":[{\\"name\\":\\"a\\",\\"serverInfo\\":{},\\"tools\\":{\\"x\\":{},\\"y\\":{}}}],\\"nextCursor\\":null}}" ;;
          *'"serverName":"a"'*) echo not json; echo "{\\"id\\":$id,\\"result\\":{\\"data\\":[],\\"nextCursor\\":\\"2\\"}}" ;;
          *'"serverName":"b"'*) exit 1 ;;
        esac
      done`;
    expect(await probe(probeCodex, script, 5_000)).toMatchObject([
      { client: "codex", server: "a", state: "connected", detail: "2 tools" },
      { client: "codex", server: "b", state: "unknown", detail: "codex app-server ended early. Run codex once and read what it says." },
    ]);
  });

  it.each([
    ["hangs and will not be ended", "trap '' TERM; sleep 30; sleep 30", "codex app-server took longer than 0.4 s and was ended."],
    ["ends at once", "exit 4", "codex app-server ended early. Run codex once and read what it says."],
    ["refuses", 'read -r line; echo \'{"id":1,"error":{"message":"secret"}}\'; sleep 30', "Codex refused the question. Check codex --version: it may be too old."],
    ["is not there", undefined, "codex app-server cannot be started."],
  ])("says unknown, and why, of a Codex that %s, and leaves no process", async (_, script, detail) => {
    const marker = `${process.pid}-${detail.length}-${script?.length}`;
    expect(await probe(probeCodex, script, 400, { PAIOS_PROBE_TEST: marker })).toMatchObject([{ server: "a", state: "unknown", detail }, { server: "b", state: "unknown", detail }]);
    await vi.waitFor(() => expect(processesWith(`PAIOS_PROBE_TEST=${marker}`)).toEqual([]), { timeout: 3_000 });
  });
});

/** The rows without the folder's name in them. */
async function probe(ask: typeof probeClaude, script: string | undefined, timeoutMs = 400, env: Record<string, string> = {}) {
  using folder = temporaryFolder();
  const command = join(folder.path, "program");
  if (script !== undefined) {
    writeFileSync(command, `#!/bin/sh\n${script}\n`);
    chmodSync(command, 0o755);
  }
  const rows = await ask({ command, servers: ["a", "b"], env: { PATH: "/usr/bin:/bin", ...env }, cwd: folder.path, timeoutMs });
  return rows.map((row) => ({ ...row, detail: row.detail.replace(`${folder.path}/`, "") }));
}
