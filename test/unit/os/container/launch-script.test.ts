import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Launch, launchScript } from '../../../../src/os/container/launch-script.ts';
import { temporaryFolder } from '../../../support/folder.ts';

function run(folder: string, more: Partial<Launch> & Pick<Launch, 'file' | 'args'>): number {
  const logs = { stdout: join(folder, 'out'), stderr: join(folder, 'out') };
  const launch = {
    workingDirectory: folder,
    environmentVariables: {},
    path: [],
    container: 'c',
    pipes: [],
    logs,
    end: join(folder, 'end'),
    ...more,
  };
  for (const name of ['out', 'end']) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'launch'), launchScript(launch));
  try {
    execFileSync('/bin/sh', [join(folder, 'launch')], { stdio: 'pipe' });
    return 0;
  } catch (error) {
    return Number((error as { status?: number }).status);
  }
}

it('whatever variables and arguments are, a process gets them as they are', () => {
  const folder = temporaryFolder();
  const text = fc.string({ unit: 'binary' }).map((each) => each.replaceAll('\0', ''));
  fc.assert(
    fc.property(text, text, (variable, argument) => {
      const script = 'printf "%s\\0%s" "$GIVEN" "$1"';
      run(folder, { file: 'sh', args: ['-c', script, 'sh', argument], environmentVariables: { GIVEN: variable } });
      expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(`${variable}\0${argument}`);
    }),
    { numRuns: 30 },
  );
});

it('it tells how the process ended, with nothing of it on its own output, and reads from and writes to the pipes', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'in'), 'word');
  const pipes = [
    { file: join(folder, 'in'), direction: 'in' as const },
    { file: join(folder, 'told'), direction: 'out' as const },
  ];
  const script = 'read -r word <&3; echo "$word $PATH" >&4; echo out; echo err >&2; kill -TERM $$';
  expect(run(folder, { file: 'bash', args: ['-c', script], pipes, path: ['/first', "/it's"] })).toBe(143);
  expect(readFileSync(join(folder, 'told'), 'utf8')).toBe(`word /first:/it's:${process.env.PATH}\n`);
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('out\nerr\n');
  expect(readFileSync(join(folder, 'end'), 'utf8')).toBe('143\n');
});

it('a process that never began has no end', () => {
  const folder = temporaryFolder();
  expect(run(folder, { file: 'true', args: [], workingDirectory: join(folder, 'gone') })).toBe(126);
  expect(readFileSync(join(folder, 'end'), 'utf8')).toBe('');
});
