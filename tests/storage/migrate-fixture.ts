import { openDatabase } from "../../packages/shared/src/sqlite.ts";

/** Opens the database argv[2] with the first argv[3] of these steps, as a server of that age would. */
const steps = [
  `CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
   WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO note SELECT i, 'Note ' || i || ' with Some Text in it' FROM n`,
  "ALTER TABLE note ADD COLUMN length INTEGER; UPDATE note SET length = length(text)",
  "ALTER TABLE note ADD COLUMN folded TEXT; UPDATE note SET folded = lower(text); CREATE INDEX note_folded ON note(folded)",
];

const [path = "", version] = process.argv.slice(2);
process.stdout.write("opening\n");
openDatabase({ path, migrations: steps.slice(0, Number(version)) }).close();
