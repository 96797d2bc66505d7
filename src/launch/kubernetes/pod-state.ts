import type { V1Pod } from '@kubernetes/client-node';
import type { AllocationState } from '../launcher.ts';

/** In the words of Kubernetes. */
export function podState({ spec, status }: V1Pod): AllocationState {
  const [container] = status?.containerStatuses ?? [];
  const host = spec?.nodeName ?? '';
  const { waiting, terminated } = container?.state ?? {};
  switch (status?.phase) {
    case 'Running':
      return { kind: 'running', host };
    case 'Succeeded':
    case 'Failed': {
      const exit = terminated === undefined ? undefined : `exit code ${terminated.exitCode}`;
      return {
        kind: 'ended',
        why: joined(status.reason ?? terminated?.reason ?? status.phase, exit, status.message ?? terminated?.message),
        host,
      };
    }
    default: {
      // Its image is fetched, or cannot be; or no node has room for it.
      if (waiting?.reason !== undefined) return { kind: 'pending', reason: joined(waiting.reason, undefined, waiting.message) };
      const unscheduled = status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
      return {
        kind: 'pending',
        reason: unscheduled === undefined ? '' : joined(unscheduled.reason ?? 'Pending', undefined, unscheduled.message),
      };
    }
  }
}

function joined(reason: string, exit: string | undefined, message: string | undefined): string {
  const more = message === undefined || message === '' ? '' : `: ${message.trim().replaceAll(/\s+/g, ' ')}`;
  return `${exit === undefined ? reason : `${reason}, ${exit}`}${more}`;
}
