/** What is told of allocations that wait. */

export interface Waiting {
  readonly allocation: string;
  /** In the scheduler's own word. */
  readonly reason: string;
}

/** So many are named. */
const named = 5;

/** Empty where none waits. @param whom what is waited for: `2 of 4 nodes` */
export function pendingText(scheduler: string, waiting: readonly Waiting[], whom: string): string {
  if (waiting.length === 0) return '';
  const reasons = [...Map.groupBy(waiting, ({ reason }) => reason)].map(([reason, those]) => {
    const more = those.length > named ? ` and ${those.length - named} more` : '';
    const ids = those.slice(0, named).map(({ allocation }) => allocation);
    return `${reason} (${those.length === 1 ? 'job' : 'jobs'} ${ids.join(', ')}${more})`;
  });
  return `Waiting for ${whom}; ${scheduler} says: ${reasons.join('; ')}.`;
}
