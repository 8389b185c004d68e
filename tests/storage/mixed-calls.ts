import { articles, questions } from "../../bench/corpus.ts";

/** The n-th call of a session that mixes reading and writing, the same for the same n. */
export function mixedCalls(count: number): (n: number) => { name: string; arguments: Record<string, unknown> } {
  const texts = [...articles(Math.ceil(count / 5), 3)];
  const asked = [...questions(500, 4)];
  return (n) => {
    const { title = "", text = "" } = texts[Math.floor(n / 5)] ?? {};
    switch (n % 5) {
      case 0:
        return { name: "kb_add", arguments: { title, text } };
      case 1:
        return { name: "kb_read", arguments: { id: 1 + (Math.floor(n / 5) % 100) } };
      case 2:
        return { name: "kb_list", arguments: { limit: 10 } };
      case 3:
        return { name: "kb_status", arguments: {} };
      default:
        return { name: "kb_search", arguments: { query: asked[Math.floor(n / 5) % asked.length] } };
    }
  };
}
