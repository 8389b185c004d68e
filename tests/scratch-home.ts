import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// No test in process may meet the person's own homes.
const home = mkdtempSync(join(tmpdir(), "paios-home-"));
Object.assign(process.env, { HOME: home, PAIOS_HOME: join(home, "paios"), CODEX_HOME: join(home, "codex"), CLAUDE_CONFIG_DIR: join(home, "claude") });
