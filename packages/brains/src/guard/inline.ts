import { type Call, operands, valuesOf, words } from "./call.ts";
import { isInterpreter } from "./rules-network.ts";
import { isShell } from "./unwrap.ts";

const inlineOptions = ["-c", "-e", "-E", "-r", "-p", "-pe", "-ne", "-pi", "-ane", "-lane", "-lne", "--eval", "--print", "-Command"];
const startsPrograms = /\b(?:system|popen\w*|spawn\w*|exec\w*|subprocess|child_process|Process|shell_exec|passthru|proc_open|check_output|check_call|run|fork|posix_spawn|execa|zx|do shell script|Open3|IO\.popen)\b|`|%x/;
const decodes = /\b(?:b64decode|base64|fromhex|unhexlify|decode64|fromCharCode|pack\s*\(|atob|chr\s*\(|rot13|decompress|compile|__import__|getattr|globals|eval)\b|\\x[0-9a-f]{2}/i;
const removes = /\b(?:rmtree|rmSync|rm_rf|rm_r|remove_tree|rimraf|removedirs|remove_dir_all|unlink_tree|rmdirSync|rmdir)\b/;
const sockets = /\b(?:socket|fsockopen|TCPSocket|net\.connect|net\.Socket|createConnection|IO::Socket|INET)\b/;
const fetches = /\b(?:urlopen|urllib|requests\.get|fetch\s*\(|LWP|open-uri|URI\.open|http\.get|https\.get|file_get_contents\s*\(\s*["']https?)\b/;
const uploads = /\b(?:requests\.(?:post|put)|urlopen\([^)]{0,200}data=|method:\s*["'](?:POST|PUT))/;
const printsEnvironment = /\b(?:os\.environ|process\.env|ENV\.to_h|ENV\.inspect)(?!\s*[.[]|\.get)|%ENV\b|print(?:_r|f)?\s*\(?\s*\$_(?:ENV|SERVER)\b|\bgetenv\s*\(\s*\)/;

export interface Inline {
  code: string;
  /** Texts between quotes, which may be commands or paths. */
  strings: string[];
  startsPrograms: boolean;
  decodes: boolean;
  removes: boolean;
  sockets: boolean;
  fetches: boolean;
  uploads: boolean;
  printsEnvironment: boolean;
  forksForEver: boolean;
}

/** What can be seen in code that stands on the command line or on standard input of an interpreter other than a shell. */
export function inlineOf(call: Call): Inline | undefined {
  if (["awk", "gawk", "mawk", "vim", "vi", "nvim", "ex", "sed", "make", "gdb"].includes(call.program)) return seen(words(call).join("\n"), /system|\|\s*(?:getline|["'])|"\s*\||:!|:r!|shell\(|\be\b$/);
  if (!isInterpreter(call.program) || isShell(call.program)) return undefined;
  const given = valuesOf(call, ...inlineOptions).map(({ text }) => text);
  const options = words(call).some((word) => inlineOptions.includes(word)) ? given : given.slice(0, 0);
  const verb = call.program === "deno" && words(call)[0] === "eval" ? [words(call)[1] ?? ""] : [];
  const input = operands(call).length === 0 || words(call).includes("-") ? [call.input ?? "", ...call.fed.filter(({ program }) => program === "echo" || program === "printf").map((each) => words(each).join(" "))] : [];
  const code = [...options, ...verb, ...input].join("\n");
  return code.trim() === "" ? undefined : seen(code, startsPrograms);
}

function seen(code: string, starts: RegExp): Inline {
  const text = code.slice(0, 100_000);
  return {
    code: text,
    strings: stringsIn(text),
    startsPrograms: starts.test(text),
    decodes: decodes.test(text),
    removes: removes.test(text),
    sockets: sockets.test(text),
    fetches: fetches.test(text),
    uploads: uploads.test(text),
    printsEnvironment: printsEnvironment.test(text),
    forksForEver: /\bfork\b[^;\n]{0,20}\bwhile\b|\bwhile\b[^;\n]{0,40}\bfork\b/.test(text),
  };
}

function stringsIn(code: string): string[] {
  const found: string[] = [];
  let quote = "";
  let start = 0;
  for (let at = 0; at < code.length && found.length < 200; at++) {
    const character = code.charAt(at);
    if (quote === "" && /["'`]/.test(character)) {
      quote = character;
      start = at + 1;
    } else if (quote !== "" && character === "\\") at++;
    else if (quote !== "" && character === quote) {
      found.push(code.slice(start, at));
      quote = "";
    }
  }
  return found;
}
