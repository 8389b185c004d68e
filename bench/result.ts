/** What a bench hands back: rows for the table and, in `notes`, what a reader must know to trust them. */
export interface BenchResult {
  name: string;
  rows: Row[];
  notes: string[];
}

export interface Row {
  name: string;
  unit: string;
  ours: number;
  /** The peer or the floor, measured in the same run. */
  against?: { name: string; value: number };
  /** ours / against. */
  ratio?: number;
  /** For a reader: "≤ 1.1 ×", "≥ 1000 articles/s". */
  target?: string;
  met?: boolean;
}

interface Figures {
  unit: string;
  ours: number;
  against?: { name: string; value: number };
  /** In the row's unit, or as a multiple of `against`. */
  target?: { atMost: number } | { atLeast: number } | { ratioAtMost: number };
}

export function row(name: string, { unit, ours, against, target }: Figures): Row {
  const ratio = against && ours / against.value;
  return {
    name,
    unit,
    ours: rounded(ours),
    ...(against && { against: { name: against.name, value: rounded(against.value) } }),
    ...(ratio !== undefined && { ratio: rounded(ratio) }),
    ...(target && judged(target, ours, ratio, unit)),
  };
}

function judged(target: NonNullable<Figures["target"]>, ours: number, ratio: number | undefined, unit: string): { target: string; met: boolean } {
  if ("atMost" in target) return { target: `≤ ${target.atMost} ${unit}`, met: ours <= target.atMost };
  if ("atLeast" in target) return { target: `≥ ${target.atLeast} ${unit}`, met: ours >= target.atLeast };
  if (ratio === undefined) throw new Error("A ratio needs something to compare with");
  return { target: `≤ ${target.ratioAtMost} ×`, met: ratio <= target.ratioAtMost };
}

/** Three significant digits: more would be noise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
