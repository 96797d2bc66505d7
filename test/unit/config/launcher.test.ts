import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { computesSet } from '../../../src/config/effective.ts';
import { readComputes } from '../../../src/config/read.ts';
import { RequestError } from '../../../src/errors/types.ts';
import { variablesOn } from '../../../src/language/computes.ts';
import { type LauncherSettings, launcherIn } from '../../../src/launch/settings.ts';
import { temporaryFolder } from '../../support/folder.ts';

function fileWith(launcher: string): string {
  const file = join(temporaryFolder(), 'parallelrun.yml');
  writeFileSync(file, `computes:\n  cpu:\n    type: nats\n    url: nats://127.0.0.1:4222\n    launcher: ${launcher}\n`);
  return file;
}

function settingsOf(launcher: string): LauncherSettings {
  const folder = join(fileWith(launcher), '..');
  return launcherIn(variablesOn('cpu', computesSet({ XDG_CONFIG_HOME: folder }, folder)));
}

function mistakesIn(launcher: string): readonly string[] {
  try {
    readComputes(fileWith(launcher));
    return [];
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

it('a launcher is what its file says, and what it does not say has its default', () => {
  expect(launcherIn({})).toEqual({ type: 'manual' });
  expect(settingsOf('{ type: slurm }')).toEqual({ type: 'slurm', leaveBefore: 60, extraArguments: [] });
  expect(settingsOf('{ type: slurm, partition: gpu, time_limit: 30, gpus: 2, cpus: 8, extra_args: [--nice=5], prl: [/opt/prl] }')).toEqual({
    type: 'slurm',
    partition: 'gpu',
    timeLimit: '30',
    gpus: '2',
    cpus: 8,
    leaveBefore: 60,
    extraArguments: ['--nice=5'],
    prl: ['/opt/prl'],
  });
  expect(settingsOf('{ type: ssh, hosts: [a, me@b:22], identity_file: /keys/id }')).toEqual({
    type: 'ssh',
    hosts: ['a', 'me@b:22'],
    identityFile: '/keys/id',
    extraArguments: [],
  });
  expect(settingsOf('{ type: kubernetes, image: x, cpus: 2, volume: { claim: c, mount_path: /shared } }')).toEqual({
    type: 'kubernetes',
    image: 'x',
    namespace: 'default',
    cpus: '2',
    imagePullSecrets: [],
    nodeSelector: {},
    volume: { claim: 'c', mountPath: '/shared' },
  });
});

it.each([
  ['slurm', 'launcher: expected a mapping'],
  ['{ type: pbs }', 'launcher.type'],
  ['{ type: slurm, partiton: gpu }', 'launcher.partiton: unknown key'],
  ['{ type: slurm, cpus: 0 }', 'launcher.cpus'],
  ['{ type: ssh, hosts: [] }', 'launcher.hosts'],
  ['{ type: ssh, hosts: [-oProxyCommand=x] }', 'launcher.hosts'],
  ['{ type: kubernetes, image: x }', 'volume'],
])('a launcher %s is refused with the name of what is wrong', (launcher, named) => {
  const [first = '', ...others] = mistakesIn(launcher);
  expect(first.toLowerCase()).toContain(named);
  expect(others).toEqual([]);
});
