import { argv, env, stdout } from "node:process";
import { applyChanges, planChanges, rollback } from "@paios/shared/change";
import { UserError } from "@paios/shared/errors";
import { fixture } from "./fixture.ts";

/**
 * One change in a process of its own: `change-child.ts FOLDER apply | undo | rollback`; or `append WORD`, which adds five
 * lines to a file, each by a change of its own, again when another process was faster. With PAIOS_TEST_KILL_STEP it ends
 * itself −9 after that many steps; with PAIOS_TEST_USER it becomes that user first.
 */
const [folder = "", task = "", word = ""] = argv.slice(2);
const user = Number(env["PAIOS_TEST_USER"] ?? 0);
if (user > 0) {
  process.setgroups?.([user]);
  process.setgid?.(user);
  process.setuid?.(user);
}
let left = Number(env["PAIOS_TEST_KILL_STEP"] ?? Infinity);
const onStep = () => {
  if (--left === 0) process.kill(process.pid, "SIGKILL");
};
const { home, lock, edits } = fixture(folder);
try {
  for (let n = 0; task === "append" && n < 5; ) if (await append(`${word} ${n}\n`)) n++;
  if (task === "append") process.exit(0);
  const planned = task === "rollback" ? undefined : planChanges(edits);
  stdout.write("ready\n");
  const probe = () => Promise.resolve(task === "undo" ? { ok: false, problem: "No." } : { ok: true });
  const outcome = planned ? await applyChanges(home, planned, { what: "setup", locks: [lock], probe, onStep }) : await rollback(home, undefined, { onStep });
  stdout.write(`${JSON.stringify(outcome)}\n`);
} catch (error) {
  stdout.write(`${String(error)}\n`);
  process.exitCode = 1;
}

async function append(text: string): Promise<boolean> {
  try {
    const planned = planChanges([{ path: `${folder}/lines`, compute: (present = "") => present + text }]);
    await applyChanges(home, planned, { what: "append", locks: [lock] });
    return true;
  } catch (error) {
    if (error instanceof UserError && error.message.includes("changed by another program meanwhile")) return false;
    throw error;
  }
}
