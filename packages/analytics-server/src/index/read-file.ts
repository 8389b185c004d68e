import type { Database } from "@paios/shared/sqlite";
import { sql } from "@paios/shared/sqlite";
import { errorCode } from "@paios/shared/errors";
import { parseLine } from "../clients/json.ts";
import type { LineSource } from "../sources/clients.ts";
import { reasonOf } from "../sources/walk.ts";
import type { Part } from "./ledger.ts";
import { isSame, type LineReader, type Place, readLines } from "./lines.ts";
import { batchRows, type Collector } from "./refresh.ts";
import type { Row, SkipReason } from "./row.ts";
import { isStillAt, type Match, noteSource, readState, type SourceState } from "./sources.ts";

const start: Place = { offset: 0, before: 0 };

/** Takes in what is new in a file. Returns why it could not be read to its end; then it is tried again the next time. */
export async function readFile(database: Database, source: LineSource, match: Match, collector: Collector): Promise<SkipReason | undefined> {
  const { file, known } = match;
  const client = source.client;
  // Under its old name it is found once more; from here on it is the new one's.
  let expected = known?.name === match.name ? known.offset : undefined;
  let from = start;
  let state: SourceState = { reader: {}, calls: new Map() };
  let reader = source.open(file.name, state.reader);
  let place = start;
  let rows: Row[] = [];
  let skips = new Map<SkipReason, number>();
  let lines = 0;
  let bytesDone = 0;
  let failure: SkipReason | undefined;

  // Until its end is reached it counts as changed.
  let ended = false;
  const cut = () => {
    const [expectedNow, placeNow, stateNow, endedNow] = [expected, place, structuredClone(reader.state), ended];
    const { calls } = state;
    const part: Part = {
      client,
      path: file.path,
      rows,
      skips,
      calls,
      isStill: () => isStillAt(database, client, match.name, expectedNow),
      note: () => noteSource(database, client, endedNow ? match : { ...match, file: { ...file, size: -1 } }, placeNow, { reader: stateNow, calls }),
    };
    rows = [];
    skips = new Map();
    expected = place.offset;
    collector.add(part);
    collector.read(lines, place.offset - bytesDone);
    lines = 0;
    bytesDone = place.offset;
  };
  const skip = (reason: SkipReason) => skips.set(reason, (skips.get(reason) ?? 0) + 1);

  try {
    if (known && known.offset > 0 && canGoOn(match)) {
      from = { offset: known.offset, before: known.before };
      state = readState(database, known.id);
    } else if (known) {
      sql(database, "DELETE FROM skipped WHERE client = ? AND path = ?").run(client, file.path);
    }
    place = from;
    bytesDone = from.offset;
    reader = source.open(file.name, state.reader);
    const taker: LineReader = {
      line: (bytes, begin, end, current) => {
        lines++;
        const row = reader.read({ bytes, start: begin, end });
        if (typeof row === "string") skip(row);
        else if (row) rows.push(row);
        if (rows.length < batchRows) return;
        place = current();
        cut();
      },
      tooLong: () => skip("line_too_long"),
      rest: async (settled) => {
        place = settled;
        if (collector.isLost(file.path)) throw new LostError();
        await collector.rest();
      },
    };
    place = await readLines(file.path, from, taker, isObject);
  } catch (error) {
    if (error instanceof LostError) return undefined;
    if (isDamagedArchive(error)) skip("damaged_archive");
    else if (/^E[A-Z]+$/.test(errorCode(error))) failure = reasonOf(error);
    else throw error;
  }
  ended = !failure;
  if (ended || place.offset > from.offset) cut();
  return failure;
}

function isObject(bytes: Buffer, begin: number, end: number): boolean {
  return parseLine({ bytes, start: begin, end }) !== undefined;
}

/** Another process reads the same file and was first. */
class LostError extends Error {}

function canGoOn({ file, known }: Match): boolean {
  if (!known) return false;
  // What is compressed cannot be looked into at a place; its name says whose it is.
  if (file.path.endsWith(".zst")) return true;
  return file.size >= known.offset && isSame(file.path, known);
}

function isDamagedArchive(error: unknown): boolean {
  return /^(ZSTD|Z_|ERR_STREAM_PREMATURE)/.test(errorCode(error));
}
