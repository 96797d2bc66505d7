/** Which mini-batches of a job are run where not all are. Such a job is a trial: its outputs have places of their own, and nothing is registered. Pure. */
import { RequestError } from '../errors/types.ts';
import { nearest } from './near.ts';

export interface Portion extends Window {
  /** Only of this parallel step; the others run whole. Absent: of each. */
  readonly step?: string;
}

/** A run of mini-batches, in input order. */
export interface Window {
  /** The first of them; from 0. */
  readonly from: number;
  readonly count: number;
}

/** What somebody may ask for; all absent: everything. */
export interface PortionRequest {
  /** Only so many, the first ones, of each parallel step. */
  readonly limit?: number;
  /** Only this one. */
  readonly miniBatch?: number;
  /** Of which parallel step; needed where there are several. */
  readonly step?: string;
}

/** @param steps the job's parallel steps @throws RequestError */
export function portionOf({ limit, miniBatch, step }: PortionRequest, steps: readonly string[]): Portion | undefined {
  const wrong = (code: string, message: string) => new RequestError({ code, message });
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0))
    throw wrong('bad-limit', `The limit must be a whole number of mini-batches from 1 on; found ${limit}.`);
  if (miniBatch !== undefined && !(Number.isSafeInteger(miniBatch) && miniBatch >= 0))
    throw wrong('bad-mini-batch', `A mini-batch is a whole number from 0 on; found ${miniBatch}.`);
  if (miniBatch === undefined) {
    if (step !== undefined) throw wrong('two-portions', '--step says of which step the --mini-batch is, and there is none.');
    return limit === undefined ? undefined : { from: 0, count: limit };
  }
  if (limit !== undefined) throw wrong('two-portions', 'Give --limit or --mini-batch: both say which mini-batches are run.');
  const [only, ...others] = step === undefined ? steps : steps.filter((name) => name === step);
  const has = steps.length === 0 ? 'it has none' : `it has ${steps.join(', ')}`;
  if (only === undefined) {
    const near = step === undefined ? undefined : nearest(step, steps);
    const asked = step === undefined ? 'no parallel step' : `no parallel step ${JSON.stringify(step)}`;
    throw wrong('unknown-step', `The job has ${asked}: ${has}.${near === undefined ? '' : ` Did you mean ${near}?`}`);
  }
  if (others.length > 0) throw wrong('several-steps', `Of which step is the mini-batch? Give --step with one of ${steps.join(', ')}.`);
  return { from: miniBatch, count: 1, ...(steps.length > 1 && { step: only }) };
}

/** What a step runs of its mini-batches; undefined: all. */
export function windowOf(portion: Portion | undefined, step: string): Window | undefined {
  if (portion === undefined || (portion.step !== undefined && portion.step !== step)) return undefined;
  return { from: portion.from, count: portion.count };
}

/** `the first 3 mini-batches of each parallel step`, `mini-batch 13 of the step score`, `mini-batch 13` of the only one. */
export function portionInWords({ from, count, step }: Portion): string {
  if (step !== undefined) return `mini-batch ${from} of the step ${step}`;
  return from > 0 ? `mini-batch ${from}` : `the first ${count === 1 ? 'mini-batch' : `${count} mini-batches`} of each parallel step`;
}
