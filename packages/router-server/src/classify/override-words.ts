import { chinese, japanese, korean } from "./override-words-asian.ts";
import { english } from "./override-words-english.ts";
import { dutch, german } from "./override-words-germanic.ts";
import { french, spanish } from "./override-words-romance.ts";
import { italian, portuguese } from "./override-words-southern.ts";
import { polish, russian, turkish } from "./override-words-eastern.ts";

/** The patterns of one language, a line each; override-patterns.ts says how they are written. */
export interface OverrideWords {
  /** Lists that patterns name as <list>. */
  sets: Record<string, string>;
  /** What `~` passes over. */
  fillers: string;
  /** How many words `…` passes over. */
  reach: number;
  /** Every noun has a capital, so a capital behind "Claude" is no surname. */
  capitalNouns?: boolean;
  order: string;
  /** Prepositions: an order where nothing speaks of a topic or a report. */
  weak: string;
  refused: string;
  told: string;
  /** What stands before a name that takes back an earlier order. */
  corrects: string;
}

export const languages: readonly OverrideWords[] = [english, german, dutch, french, spanish, italian, portuguese, polish, russian, turkish, japanese, chinese, korean];
