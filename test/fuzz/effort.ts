/**
 * How much is tried, and from which seed on: little and always the same, unless asked for more (`FUZZ_RUNS=1000000 npm run fuzz -- tables`),
 * which begins somewhere else each time. What fails prints its seed; `FUZZ_SEED` tries it again.
 */
const { FUZZ_RUNS, FUZZ_SEED } = process.env;

export const seed = Number(FUZZ_SEED ?? (FUZZ_RUNS === undefined ? 42 : Date.now() & 0x7fffffff));

/** @param usual where nothing else is asked for */
export function runs(usual: number): number {
  return FUZZ_RUNS === undefined ? usual : Number(FUZZ_RUNS);
}

/** Milliseconds that a test may take. */
export const patience = FUZZ_RUNS === undefined ? 60_000 : 24 * 3_600_000;
