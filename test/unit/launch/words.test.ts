import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellCommand } from '../../../src/launch/shell.ts';
import { parseNodes } from '../../../src/launch/slurm/nodes.ts';
import { parseJobs } from '../../../src/launch/slurm/slurm.ts';
import { stateOf } from '../../../src/launch/slurm/slurm-launcher.ts';
import { splitPort } from '../../../src/launch/ssh/ssh-launcher.ts';

describe('what schedulers and shells say', () => {
  it('a shell takes a command line apart into the same words', () => {
    const word = fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '$', '\\', '\n', '*', 'é', '-', '~', '!') });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${shellCommand(['x', ...words])}`], { encoding: 'utf8' });
        expect(printed.split('\0').slice(1, -1)).toEqual(words);
      }),
      { numRuns: 30 },
    );
  });

  it('jobs of Slurm wait, run, or have ended, in its own words', () => {
    const printed = '7|PENDING|Priority|\n8|RUNNING|None|n1\n9|FAILED|NonZeroExitCode|n2\n10|TIMEOUT|None|n3\n11|PENDING|None|\n';
    expect(parseJobs(printed).map(stateOf)).toEqual([
      { kind: 'pending', reason: 'Priority' },
      { kind: 'running', host: 'n1' },
      { kind: 'ended', why: 'FAILED, NonZeroExitCode', host: 'n2' },
      { kind: 'ended', why: 'TIMEOUT', host: 'n3' },
      { kind: 'pending', reason: '' },
    ]);
  });

  it('nodes are reached under the address that Slurm has', () => {
    const printed = 'NodeName=n1 Arch=x86_64 NodeAddr=10.0.0.1 NodeHostName=n1\nNodeName=n2 CPUTot=4\n';
    expect(parseNodes(printed)).toEqual([
      { name: 'n1', address: '10.0.0.1' },
      { name: 'n2', address: 'n2' },
    ]);
  });

  it.each([
    ['gpu1', { name: 'gpu1' }],
    ['me@gpu1:2222', { name: 'me@gpu1', port: '2222' }],
    ['fd00::1', { name: 'fd00::1' }],
    ['me@[fd00::1]:22', { name: 'me@fd00::1', port: '22' }],
    ['[fd00::1]', { name: 'fd00::1' }],
  ])('%s is a machine of ssh', (host, split) => {
    expect(splitPort(host)).toEqual(split);
  });
});
