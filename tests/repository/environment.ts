import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A new machine's environment: an empty home, no caches, and the Node and npm that were there before the repository. */
export function freshEnvironment(home: string): Record<string, string> {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => !entry.includes("node_modules") && entry !== dirname(process.execPath));
  const kept = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && /^(npm_config_registry|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|https?_proxy|no_proxy)$/i.test(entry[0]));
  return { ...Object.fromEntries(kept), HOME: home, PAIOS_HOME: join(home, "paios"), PATH: path.join(delimiter) };
}
