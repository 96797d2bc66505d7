/** What is told of allocations that wait. */

export interface Waiting {
  readonly allocation: string;
  /** In the scheduler's own word. */
  readonly reason: string;
}

/** So many are named. */
const named = 5;

/** Empty where none waits. @param all that are to run at the same time */
export function pendingText(scheduler: string, waiting: readonly Waiting[], all: number): string {
  if (waiting.length === 0) return '';
  const reasons = [...Map.groupBy(waiting, ({ reason }) => reason)].map(([reason, those]) => {
    const more = those.length > named ? ` and ${those.length - named} more` : '';
    const ids = those.slice(0, named).map(({ allocation }) => allocation);
    return `${reason} (${those.length === 1 ? 'job' : 'jobs'} ${ids.join(', ')}${more})`;
  });
  const nodes = all === 1 ? 'the node' : `${waiting.length} of ${all} nodes`;
  return `Waiting for ${nodes}; ${scheduler} says: ${reasons.join('; ')}.`;
}
