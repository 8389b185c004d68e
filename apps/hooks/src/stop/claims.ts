/** What makes a sentence no claim: it says what might be, or what is not. */
export const hypothetical = /\b(?:not|never|cannot|no|would|could|should|if|once|when|until|unless|whether|nicht|kein\w*|nie|wenn|falls|sobald|w(?:ü|ue)rde\w*|k(?:ö|oe)nnte\w*|sollte\w*|ob)\b|n['’]t\b|\?/i;

const looks = /^(?:cd|ls|ll|cat|bat|head|tail|less|grep|rg|find|fd|sed -n|awk|git (?:-\S+ )*(?:status|diff|log|show|add|commit|push|pull|fetch|branch|checkout|switch|stash|mv|rm|blame|rev-parse)|echo|printf|pwd|wc|mkdir|mv|cp|rm|touch|which|true|jq|sort|uniq|tree|stat|chmod|date)\b/;

/** Whether a command only looks, or moves things about: nothing of it can have been a test. */
export function onlyLooks(command: string): boolean {
  return command.split(/&&|\|\||[;|\n]/).every((part) => part.trim() === "" || looks.test(part.trim()));
}

/** What an answer says itself, sentence by sentence: not code, not what it quotes. */
export function ownSentences(message: string): string[] {
  return message
    .replace(/```[\s\S]*?(?:```|$)/g, "\n")
    .replace(/^[ \t]*>.*$/gm, "")
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}
