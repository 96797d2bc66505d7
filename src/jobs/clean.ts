/** Which jobs are old enough, or failed, to be deleted together. Pure. */
import { isFinal } from '../events/fold.ts';
import type { Status } from '../events/types.ts';

export interface CleanRules {
  /** Only jobs that ended so long ago, in milliseconds. */
  readonly olderThan?: number;
  /** The newest so many of each job file stay. */
  readonly keepLast?: number;
  /** Only jobs that did not complete. */
  readonly failed?: boolean;
}

/** What the choice depends on. */
export interface Candidate {
  readonly name: string;
  readonly status: Status;
  /** ISO 8601. */
  readonly created: string;
  readonly ended?: string;
  /** The file that it was read from: jobs of one file are runs of one thing. */
  readonly source?: string;
}

/** Those to delete, in the order given. @param jobs newest first @param now epoch milliseconds */
export function toClean<Job extends Candidate>(jobs: readonly Job[], rules: CleanRules, now: number): readonly Job[] {
  const seen = new Map<string, number>();
  return jobs.filter((job) => {
    const newer = seen.get(job.source ?? '') ?? 0;
    seen.set(job.source ?? '', newer + 1);
    if (!hasEnded(job.status) || newer < (rules.keepLast ?? 0)) return false;
    if (rules.failed === true && job.status === 'Completed') return false;
    return rules.olderThan === undefined || now - Date.parse(job.ended ?? job.created) >= rules.olderThan;
  });
}

/** A job that nobody has started yet may be about to be. */
function hasEnded(status: Status): boolean {
  return isFinal(status) || status === 'NotResponding';
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `14d`, `12h`, `2 weeks` in milliseconds; undefined for what is no age. */
export function parseAge(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|h|d|w)(?:(?:ec|in|our|ay|eek)[a-z]*)?$/i.exec(text.trim());
  const unit = units[match?.[2]?.toLowerCase() ?? ''];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}
