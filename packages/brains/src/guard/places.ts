import { relative, resolve, sep } from "node:path";
import { type Call, unknown, type Value } from "./call.ts";

export interface Place {
  /** The working folder: what is below it belongs to the task. */
  cwd: string;
  home: string;
}

/** Absolute paths that a word may mean; undefined where that is not known. */
function pathsOf(call: Call, value: Value): string[] | undefined {
  if (!value.sure || value.text.includes(unknown) || value.text === "") return value.text.startsWith("/") ? [resolve("/", value.text)] : undefined;
  if (value.text.startsWith("/")) return [resolve(value.text)];
  return call.folders.length === 0 ? undefined : call.folders.map((folder) => resolve(folder, value.text));
}

/** Below the working folder for certain; with `itself` also that folder. */
export function isInside(call: Call, value: Value, { cwd }: Place, itself = false): boolean {
  if (!value.sure) return false;
  const paths = pathsOf(call, value);
  return paths !== undefined && paths.every((path) => {
    const way = relative(cwd, path);
    return way === "" ? itself : way !== ".." && !way.startsWith(`..${sep}`) && !way.startsWith(sep);
  });
}

/** Whether the word may name something for which `test` holds. */
export function mayBe(call: Call, value: Value, test: (path: string) => boolean): boolean {
  const paths = pathsOf(call, value) ?? [value.text];
  return paths.some(test);
}

const privateNames = new Set(["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ed25519_sk", "id_ecdsa_sk", ".env", ".netrc", ".git-credentials", ".pgpass", ".vault-token", "auth-profiles.json", ".credentials.json", "application_default_credentials.json", "login.keychain-db", "login.keychain", "Login Data", "cookies.sqlite", "key4.db", "logins.json"]);
const privateEndings = [".key", ".p12", ".pfx", ".kdbx", ".keychain", ".keychain-db", ".jks", ".ppk", "-private.pem", "_private.pem", "private-key.pem", "private_key.pem", "privkey.pem"];
const exampleEndings = [".example", ".sample", ".template", ".dist", ".defaults", ".schema"];
/** Below the home. */
const privatePlaces = [".aws/credentials", ".gnupg", ".password-store", ".docker/config.json", ".kube/config", ".config/gh/hosts.yml", ".config/gcloud", ".azure", ".npmrc", ".pypirc", ".config/op", ".local/share/keyrings", "Library/Keychains", "Library/Cookies", ".codex/auth.json", ".claude/.credentials.json", ".mozilla", ".config/google-chrome", ".bitcoin", ".ethereum", ".cargo/credentials.toml", ".cargo/credentials", ".config/rclone/rclone.conf", ".terraform.d/credentials.tfrc.json"];
const publicInSsh = new Set(["known_hosts", "config", "authorized_keys", "known_hosts.old"]);

/** A private key, a keychain, a store of credentials, or an `.env`. Wildcards count as what they may match. */
export function isPrivate(path: string, { home }: Place): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const below = path.startsWith(`${home}/`) ? path.slice(home.length + 1) : "";
  if (/^\/(?:etc|private\/etc)\/(?:g?shadow-?|sudoers|master\.passwd)$/.test(path) || /^\/proc\/(?:self|\d+|\*|\$\$)\/environ$/.test(path) || path.startsWith("/Library/Keychains")) return true;
  if (/(?:^|\/)\.ssh\//.test(path)) return !(name.endsWith(".pub") || publicInSsh.has(name));
  if (privatePlaces.some((place) => below === place || below.startsWith(`${place}/`))) return true;
  if (exampleEndings.some((ending) => name.endsWith(ending))) return false;
  if (name.startsWith(".env.") || name.endsWith(".env") || privateNames.has(name) || privateEndings.some((ending) => name.endsWith(ending))) return true;
  return /[*?[]/.test(name) && name !== "*" && (name.startsWith(".") || name.startsWith("id_") || name.startsWith("?")) && [".env", "id_rsa", "id_ed25519"].some((each) => matches(name, each));
}

/** A folder that holds private things somewhere below. */
export function holdsPrivate(path: string, { home }: Place): boolean {
  const bare = path.replace(/\/\*+$/, "") || "/";
  return home === bare || home.startsWith(bare === "/" ? "/" : `${bare}/`) || [`${home}/.ssh`, `${home}/.aws`, `${home}/.gnupg`].includes(bare);
}

/** Wildcards in linear time: `*`, `?`, and a bracket as one character. */
function matches(pattern: string, text: string): boolean {
  const simple = pattern.replace(/\[[^\]]{0,40}\]/g, "?");
  let at = 0;
  let from = 0;
  let star = -1;
  let mark = 0;
  while (from < text.length) {
    if (at < simple.length && (simple[at] === "?" || simple[at] === text[from])) {
      at++;
      from++;
    } else if (simple[at] === "*") {
      star = at++;
      mark = from;
    } else if (star >= 0) {
      at = star + 1;
      from = ++mark;
    } else return false;
  }
  while (simple[at] === "*") at++;
  return at === simple.length;
}

const startFiles = /^\.(?:bash(?:rc|_profile|_login|_logout|_aliases)|profile|zsh(?:rc|env)|zprofile|zlogin|zlogout|cshrc|tcshrc|kshrc|xprofile|xinitrc|xsessionrc|inputrc)$/;

/** `~/.ssh`, what a shell reads when it starts, or a folder of programs. */
export function isStartUp(path: string, { home }: Place): boolean {
  const below = path.startsWith(`${home}/`) ? path.slice(home.length + 1) : "";
  if (/(?:^|\/)\.ssh(?:\/|$)/.test(path) || startFiles.test(below) || /^\.config\/(?:fish|environment\.d)(?:\/|$)/.test(below)) return true;
  if (/^\/etc\/(?:profile|bash\.bashrc|bashrc|zsh|zshrc|zshenv|environment|ld\.so\.preload|paths)(?:$|[./])/.test(path) || path.startsWith("/etc/profile.d")) return true;
  return /^\/(?:usr\/(?:local\/)?)?s?bin(?:\/|$)/.test(path) || /^\/opt\/homebrew\/s?bin(?:\/|$)/.test(path) || /^(?:bin|\.local\/bin|\.cargo\/bin|go\/bin|\.bun\/bin)(?:\/|$)/.test(below);
}

/** Where the system learns what to start. */
export function isScheduler(path: string, { home }: Place): boolean {
  const below = path.startsWith(`${home}/`) ? path.slice(home.length + 1) : "";
  return /^\/(?:etc\/(?:cron|systemd|init\.d|rc\.local|anacrontab)|var\/spool\/(?:cron|at)|(?:usr\/)?lib\/systemd|(?:System\/)?Library\/Launch)/.test(path) || /^(?:\.config\/(?:systemd|autostart)|Library\/LaunchAgents)(?:\/|$)/.test(below);
}

/** The configuration and hooks of PAIOS, Claude, Codex and OpenClaw. */
export function isOurs(path: string, { home }: Place): boolean {
  const below = path.startsWith(`${home}/`) ? path.slice(home.length + 1) : "";
  return /^(?:\.claude\.json|\.claude|\.codex|\.openclaw|\.config\/claude)(?:\/|$)/.test(below) || /(?:^|\/)\.claude\/(?:settings[^/]*\.json|hooks|plugins|agents|commands)(?:\/|$)/.test(path) || /(?:^|\/)\.codex\/(?:config\.toml|hooks\.json|rules|auth\.json)$/.test(path) || /\/(?:paios|openclaw)\.json$/.test(path) || path.endsWith("/.mcp.json");
}

export function isAccounts(path: string): boolean {
  return /^\/(?:private\/)?etc\/(?:passwd|shadow|group|gshadow|sudoers|master\.passwd|subuid|subgid)(?:$|[.-]|\/)/.test(path) || path.startsWith("/etc/sudoers.d") || path.startsWith("/etc/pam.d");
}

export function isRawDevice(path: string): boolean {
  return /^\/dev\/(?:r?disk\d|sd[a-z*?]|hd[a-z]|vd[a-z]|xvd[a-z]|nvme|mmcblk|mapper\/|md\d|dm-|loop\d|sr\d|k?mem$|port$|\*)/.test(path);
}

export function isLog(path: string, { home }: Place): boolean {
  const below = path.startsWith(`${home}/`) ? path.slice(home.length + 1) : "";
  return /^\/(?:private\/)?var\/log(?:\/|$)/.test(path) || /^\/var\/(?:run\/utmp|account)/.test(path) || /^\.(?:bash_history|zsh_history|zhistory|sh_history|history|python_history|node_repl_history|psql_history|mysql_history|lesshst|viminfo)$/.test(below) || below === ".local/share/fish/fish_history" || below.startsWith(".zsh_sessions");
}
