/** What became of jobs that a program made, by the object that it made them with. */
import type { Status } from '../../events/types.ts';

const statuses = new WeakMap<object, Status>();

export function noteStatus(job: object, status: Status): void {
  statuses.set(job, status);
}

export function lastStatus(job: object): Status | undefined {
  return statuses.get(job);
}
