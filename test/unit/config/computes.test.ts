import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { computesSet } from '../../../src/config/effective.ts';
import { readComputes } from '../../../src/config/read.ts';
import { clusterSettings, type Setting } from '../../../src/config/settings.ts';
import { removeCompute, writeCompute } from '../../../src/config/write.ts';
import { RequestError } from '../../../src/errors/types.ts';
import { variablesOn } from '../../../src/language/computes.ts';
import { clusterIn } from '../../../src/workers/cluster/place.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'computes-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function mistakesIn(text: string): readonly string[] {
  const file = join(folder(), 'parallelrun.yml');
  writeFileSync(file, text);
  try {
    readComputes(file);
    return [];
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return error.problems.map(({ line, message }) => `${line}: ${message}`);
  }
}

test('a compute of type nats leads a step to its server, with what its file says', () => {
  const directory = folder();
  const lines = [
    'type: nats',
    'url: nats://127.0.0.1:4222',
    'credentials_file: me.nk',
    'space: team',
    'labels: gpu, big',
    'ack_wait: 3',
    'nodes: 7',
  ];
  writeFileSync(join(directory, 'parallelrun.yml'), `computes:\n  cpu:\n${lines.map((line) => `    ${line}\n`).join('')}`);
  const variables = computesSet({ XDG_CONFIG_HOME: directory }, directory);
  expect(clusterIn('cpu', variablesOn('cpu', variables))).toEqual({
    name: 'cpu',
    nats: { url: 'nats://127.0.0.1:4222', credentialsFile: join(directory, 'me.nk'), space: 'team', replicas: 1 },
    nodes: 7,
    labels: ['gpu', 'big'],
    ackWaitMs: 3000,
  });
  expect(clusterIn('other', variablesOn('other', variables))).toBeUndefined();
});

test('what makes no sense for a type is told at its line', () => {
  expect(mistakesIn('computes:\n  a: { type: nats }\n')).toEqual([expect.stringMatching(/^2: .*needs url/)]);
  expect(mistakesIn('computes:\n  a:\n    url: nats://x\n')).toEqual([
    expect.stringMatching(/^3: url is of a compute of type nats.* local/),
  ]);
  expect(mistakesIn('computes:\n  a:\n    type: slurmy\n')).toEqual([expect.stringMatching(/^3: /)]);
  expect(mistakesIn('computes:\n  a: { environment: system }\n')).toEqual([]);
});

test('one that is written can be read, and taken out again; the rest of the file stays', () => {
  const file = join(folder(), 'parallelrun.yml');
  const before = '# ours\nworkers: 2\n';
  writeFileSync(file, before);
  const given = new Map<Setting, string>();
  for (const setting of clusterSettings) {
    if (setting.key === 'type') given.set(setting, 'nats');
    if (setting.key === 'url') given.set(setting, 'tls://nats.example:4222');
    if (setting.key === 'ack_wait') given.set(setting, '10');
  }
  writeCompute(file, 'cpu', given);
  expect(readComputes(file).map(({ compute, setting, value }) => [compute, setting.key, value])).toEqual([
    ['cpu', 'type', 'nats'],
    ['cpu', 'url', 'tls://nats.example:4222'],
    ['cpu', 'ack_wait', '10'],
  ]);
  expect(removeCompute(file, 'gpu')).toBe(false);
  expect(removeCompute(file, 'cpu')).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(before);
  given.clear();
  given.set(clusterSettings[0] as Setting, 'nats');
  expect(() => writeCompute(file, 'cpu', given)).toThrow('needs url');
  expect(readFileSync(file, 'utf8')).toBe(before);
});
