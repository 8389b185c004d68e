const codeStarts = [
  "import ", "from ", "def ", "class ", "function ", "const ", "let ", "var ", "return ", "public ", "private ", "static ", "#include", "package ", "func ", "fn ", "impl ", "struct ", "enum ", "interface ",
  "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE TABLE", "ALTER TABLE", "WHERE ", "FROM ", "if (", "for (", "while (", "switch (", "} else", "else {", "try {", "catch (", "elif ", "print(", "console.", "System.out", "using ", "namespace ", "module ", "export ", "async ", "await ", "@Override", "<?php", "<!DOCTYPE", "</", "#!/", "$ ", "sudo ", "npm ", "git ",
];
/** Words that a sentence may begin with as well: they need a sign of code behind them. */
const alsoWords = new Set(["import ", "from ", "class ", "let ", "function ", "package ", "return ", "public ", "private ", "static ", "module ", "export ", "using ", "interface ", "await ", "async ", "enum ", "struct ", "WHERE ", "FROM ", "UPDATE ", "SELECT ", "DELETE ", "INSERT ", "npm ", "git ", "sudo ", "var ", "const "]);
const logStarts = ["Traceback", "at ", "Error:", "ERROR", "WARN", "INFO ", "DEBUG", "Exception", "Caused by", "fatal:", "panic:", "npm ERR", "File \""];
const signs = "{}();=<>[]|&$\\/+*:_#";
const readChars = 300;

/** Whether a line, without white space around it, is of a diff, a log or code. Looks at 300 characters at most. */
export function isCodeLine(line: string): "diff" | "log" | "code" | undefined {
  if (line.startsWith("@@ ") || line.startsWith("diff --git") || line.startsWith("+++ ") || line.startsWith("--- a/")) return "diff";
  if ((line.startsWith("+ ") || line.startsWith("- ")) && signShare(line) > 0.18) return "diff";
  if (logStarts.some((start) => line.startsWith(start)) && (signShare(line) > 0.06 || /\d/.test(line.slice(0, readChars)))) return "log";
  if (isTimestamp(line)) return "log";
  const start = codeStarts.find((each) => line.startsWith(each));
  const share = signShare(line);
  if (start !== undefined && (!alsoWords.has(start) || share > 0.06 || line.endsWith(";"))) return "code";
  if (share > 0.22 && line.length > 3 && /[\p{L}]/u.test(line.slice(0, readChars))) return "code";
  const last = line.at(-1) ?? "";
  return (last === ";" || last === "{" || last === "}") && share > 0.04 ? "code" : undefined;
}

function signShare(line: string): number {
  const length = Math.min(line.length, readChars);
  if (length === 0) return 0;
  let count = 0;
  for (let at = 0; at < length; at++) if (signs.includes(line.charAt(at))) count++;
  return count / length;
}

/** 2026-11-21 14:00, [14:00], 14:00 name: …, 14:00:01.5 */
function isTimestamp(line: string): boolean {
  return /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(line) || /^(\[\d\d:\d\d|\d\d:\d\d(:\d\d|\]| \S{1,40}:? ))/.test(line);
}
