/** Tells a process from a later one that got the same number. What only Linux has stands here, with a portable fallback. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readStat } from './proc.ts';

/**
 * When the process started, in words that only compare equal for the same process of the same boot.
 * Undefined when it is gone, or only waits for its parent to take note of its end.
 */
export function startTime(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): string | undefined {
  const stat = readStat(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  return `${bootId()}/${stat.started}`;
}

/** Empty in a sandbox that hides it: ticks alone still tell most processes apart. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function fromPs(pid: number): string | undefined {
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}
