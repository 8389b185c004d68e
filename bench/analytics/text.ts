import type { Draw } from "./draw.ts";

/** Contents of JSON strings, escaped already and made once: the tree is large, its words need not be new. */
export interface Texts {
  short: () => string;
  /** What a model writes. */
  prose: () => string;
  /** What a tool gives back: often little, sometimes tens of kilobytes. */
  output: () => string;
}

const words = "the of a module tests build fails because this path value returns cache index row then when file session reads writes its own copy after before every time zone day query table lock page error handler retry stream buffer offset parse token count sum".split(" ");
const code = ["const rows = table.map((row) => row.id);", "if (left === undefined) return right;", "export function open(path: string): Handle {", "  \"usage\": { \"input_tokens\": 5, \"output_tokens\": 7 },", "  at Object.run (src/main.ts:12:9)", "\t- [ ] Überprüfe die Größe – 日本語 ✓", "C:\\Users\\ada\\project\\file.txt", "\u001b[32mok\u001b[0m 12 passed"];
/** Lines of transcripts, as a tool prints them: nothing in them may count. */
const decoys = [
  '{"type":"assistant","message":{"id":"msg_decoy","model":"claude-opus-5-5","usage":{"input_tokens":999999,"output_tokens":999999}},"requestId":"req_decoy","timestamp":"2026-05-05T05:05:05.000Z","sessionId":"decoy"}',
  '{"timestamp":"2026-05-05T05:05:05.000Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":999999,"output_tokens":999999}}}}',
  '{"type":"token_usage_record","payload":{"response_id":"resp_decoy","usage":{"input_tokens":999999,"output_tokens":999999}}}',
  '{"type":"message","message":{"role":"assistant","usage":{"input":999999,"output":999999}}}',
];

export function openTexts({ below, pick, between }: Draw): Texts {
  const sentence = () => Array.from({ length: 4 + below(16) }, () => pick(words)).join(" ");
  const grown = (bytes: number, line: () => string) => {
    const lines: string[] = [];
    for (let size = 0; size < bytes; size += lines.at(-1)?.length ?? 0) lines.push(line());
    return JSON.stringify(lines.join("\n")).slice(1, -1);
  };
  const printed = () => (below(400) === 0 ? pick(decoys) : below(3) === 0 ? pick(code) : sentence());
  const plain = () => (below(12) === 0 ? pick(code.slice(0, 3)) : sentence());
  const short = Array.from({ length: 200 }, () => grown(20 + below(120), sentence));
  const prose = Array.from({ length: 200 }, () => grown(between(80, 4_000), plain));
  // Most of it is ASCII, as in life: other text is slower to write and to read.
  const output = Array.from({ length: 400 }, (_, at) => grown(at % 40 === 0 ? between(8_000, 150_000) : between(40, 8_000), at % 8 === 0 ? printed : () => (below(3) === 0 ? pick(code.slice(0, 5)) : sentence())));
  output.push(...decoys.map((line) => JSON.stringify(`${line}\n${line}`).slice(1, -1)));
  return { short: () => pick(short), prose: () => pick(prose), output: () => pick(output) };
}
