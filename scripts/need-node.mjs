// Plain JavaScript: this runs on whatever Node started us, and the sources need 22.18 or newer.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `PAIOS needs Node 22.18 or newer; this is ${process.versions.node}.\n` +
      "The repository brings Node 24 as an optional dependency, but it is not in node_modules/.bin.\n" +
      "Next step: npx -y pnpm@12 install --force   (or install Node 24 yourself)",
  );
  process.exit(1);
}
