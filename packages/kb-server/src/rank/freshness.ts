import { type Database, sql } from "@paios/shared/sqlite";

/** What was read from the database and holds until anybody changes it, here or in another process. */
export class Freshness {
  readonly #database: Database;
  readonly #values = new Map<string, unknown>();
  #stamp = "";
  #scratch = new Float32Array(0);

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
    if (!this.#values.has(key)) this.#values.set(key, make());
    return this.#values.get(key) as T;
  }

  /** Zeros; whoever writes into it clears what it wrote. */
  scratch(length: number): Float32Array {
    if (this.#scratch.length < length) this.#scratch = new Float32Array(Math.ceil(length * 1.2));
    return this.#scratch;
  }
}
