/** Two hosts on one machine: network namespaces that are joined by a cable, which can be cut. */
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

export interface Host {
  readonly address: string;
  /** Starts a program there. */
  readonly via: readonly string[];
}

export interface Hosts {
  readonly here: Host;
  readonly there: Host;
  cut(): void;
  heal(): void;
}

/** Whether this machine lets us make them. */
export function canMakeHosts(): boolean {
  try {
    execFileSync('unshare', ['--net', 'true'], { stdio: 'ignore' });
    ip('-V');
    return true;
  } catch {
    return false;
  }
}

/** Call it inside a test. */
export function twoHosts(): Hosts {
  const names = [`prl${process.pid}a`, `prl${process.pid}b`] as const;
  onTestFinished(() => {
    for (const name of names) ip('netns', 'del', name);
  });
  for (const name of names) ip('netns', 'add', name);
  // Made inside: nothing of this machine's own network is touched.
  inside(names[0], 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', names[1]);
  const hosts = names.map((name, number): Host => {
    const address = `10.77.0.${number + 1}`;
    inside(name, 'address', 'add', `${address}/24`, 'dev', 'cable');
    for (const device of ['lo', 'cable']) inside(name, 'link', 'set', device, 'up');
    return { address, via: ['nsenter', `--net=/run/netns/${name}`] };
  });
  const [here, there] = hosts;
  if (here === undefined || there === undefined) throw new Error('there are two of them');
  return {
    here,
    there,
    cut: () => inside(names[1], 'link', 'set', 'cable', 'down'),
    heal: () => inside(names[1], 'link', 'set', 'cable', 'up'),
  };
}

function inside(name: string, ...args: readonly string[]): void {
  ip('-n', name, ...args);
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}
