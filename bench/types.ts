/** One thing that is measured, beside its yardstick, on the same machine in the same run. */
export interface BenchCase {
  readonly name: string;
  readonly about: string;
  /** How often everything is measured when the command line does not say. */
  readonly repeat: number;
  /** Makes what the case needs, and gives what to measure. */
  prepare(bench: Bench): Promise<readonly Contest[]>;
}

/** Ours and, where there is one, the yardstick: run in turn, so that what else the machine does hits both. */
export interface Contest {
  readonly name: string;
  readonly unit: string;
  /** Whether more or less of the unit is better. */
  readonly better: 'more' | 'less';
  readonly ours: () => Promise<number>;
  readonly yardsticks?: readonly Yardstick[];
  /** What we want to reach, in the unit. */
  readonly limit?: number;
  /** How often, where it differs from the case's. */
  readonly repeat?: number;
}

export interface Yardstick {
  readonly name: string;
  readonly measure: () => Promise<number>;
  /** What we want to reach, as a factor of its median. */
  readonly factor?: number;
}

export interface Bench {
  /** Where the case may put its data; deleted at the end. */
  readonly folder: string;
  /** The interpreter with pandas: `PARALLELRUN_PYTHON`, else the project's `.venv`, else `python3`. */
  readonly python: string;
  /** 1 for the sizes that count; less to try the benchmark out. */
  readonly scale: number;
  say(message: string): void;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly number[];
}

export interface Target {
  readonly text: string;
  readonly reached: boolean;
}

export interface Result {
  readonly case: string;
  readonly name: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly ours: Spread;
  readonly yardsticks: readonly (Spread & { readonly name: string; readonly target?: Target })[];
  readonly target?: Target;
}
