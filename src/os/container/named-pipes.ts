/** Named pipes: how a process in a container is reached, whichever program started it. */
import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

export interface NamedPipe {
  readonly file: string;
  /** Seen from the other end: it reads, or it writes. */
  readonly direction: 'in' | 'out';
}

/**
 * Makes them and opens our ends. Opened for both directions, so that nobody waits for the other end, and a pipe whose other end is not there yet,
 * or not any more, is none that has ended; what the other end reads ends when this process does.
 * @throws a system error
 */
export function openPipes(pipes: readonly NamedPipe[]): readonly Socket[] {
  execFileSync('mkfifo', ['-m', '600', '--', ...pipes.map(({ file }) => file)]);
  return pipes.map(({ file, direction }) => {
    const fd = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
    return new Socket({ fd, readable: direction === 'out', writable: direction === 'in' });
  });
}
