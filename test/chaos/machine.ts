/** What this machine lets us do to a job. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface Machine {
  /** A small file system can be mounted, to be filled. */
  readonly canMount: boolean;
  /** The library that moves a process's wall clock; undefined where it is not installed. */
  readonly fakeTime: string | undefined;
}

const fakeTimeLibraries = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`);

export function thisMachine(): Machine {
  return {
    canMount: spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0,
    fakeTime: fakeTimeLibraries.find(existsSync),
  };
}
