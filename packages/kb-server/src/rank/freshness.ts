import { type Database, sql } from "@paios/shared/sqlite";

/** A mask has a byte for each passage, and every filter makes one. */
const maxValues = 32;

/** What was read from the database and holds until anybody changes it, here or in another process. */
export class Freshness {
  readonly #database: Database;
  readonly #values = new Map<string, unknown>();
  #stamp = "";
  #scratch = { sums: new Float32Array(0), ids: new Uint32Array(0) };

  constructor(database: Database) {
    this.#database = database;
  }

  /** Call at the start of each question: forgets everything if there was a commit since. */
  check(): void {
    const stamp = `${String(sql(this.#database, "PRAGMA data_version").pluck().get())}:${String(sql(this.#database, "SELECT total_changes()").pluck().get())}`;
    if (stamp !== this.#stamp) this.#values.clear();
    this.#stamp = stamp;
  }

  get<T>(key: string, make: () => T): T {
    if (this.#values.size > maxValues) this.#values.clear();
    if (!this.#values.has(key)) this.#values.set(key, make());
    return this.#values.get(key) as T;
  }

  /** For a sum and a mention of each of `length` ids. The sums are zeros; whoever writes into them clears what it wrote. */
  scratch(length: number): { sums: Float32Array; ids: Uint32Array } {
    const size = Math.ceil(length * 1.2);
    if (this.#scratch.sums.length < length) this.#scratch = { sums: new Float32Array(size), ids: new Uint32Array(size) };
    return this.#scratch;
  }
}
