/** Ends the process with a plain sentence on a Node that better-sqlite3 would crash on. Call before loading anything. */
export function requireNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return;
  process.stderr.write(
    `PAIOS needs Node 22.18 or newer; this is ${process.versions.node}.\n` +
      "Next step: start it with a newer node, by its path. The repository brings one: node_modules/.bin/node\n",
  );
  process.exit(1);
}
