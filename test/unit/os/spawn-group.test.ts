import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { newLineage } from '../../../src/os/lineage.ts';
import { readStat } from '../../../src/os/proc.ts';
import { Reaper } from '../../../src/os/reaper.ts';
import { type GroupStart, spawnGroup } from '../../../src/os/spawn-group.ts';
import { temporaryFolder } from '../../support/folder.ts';

const reaper = new Reaper(newLineage());

function shell(script: string, more: Partial<GroupStart> = {}) {
  const folder = temporaryFolder();
  const log = join(folder, 'logs', 'both.txt');
  const environmentVariables = { PATH: process.env.PATH ?? '' };
  const start = { file: 'bash', args: ['-c', script], workingDirectory: folder, environmentVariables, stdout: log, stderr: log };
  const group = spawnGroup({ ...start, ...more }, reaper);
  onTestFinished(group.kill);
  return { group, log };
}

test('tells the exit code, and keeps what is printed in its order, after what the log held', async () => {
  const first = shell('echo one; echo two >&2; echo three; exit 3');
  expect(await first.group.ended).toEqual({ kind: 'exited', code: 3 });
  const again = shell('echo four', { stdout: first.log, stderr: first.log });
  expect(await again.group.ended).toEqual({ kind: 'exited', code: 0 });
  expect(readFileSync(first.log, 'utf8')).toBe('one\ntwo\nthree\nfour\n');
});

test('keeps stdout and stderr apart where they have files of their own', async () => {
  const stderr = join(temporaryFolder(), 'err.txt');
  const { group, log } = shell('echo out; echo err >&2', { stderr });
  await group.ended;
  expect([log, stderr].map((file) => readFileSync(file, 'utf8'))).toEqual(['out\n', 'err\n']);
});

test('talks through pipes on descriptors from 3 on', async () => {
  const { group } = shell('read -r line <&3; echo "got $line" >&4', { pipes: ['in', 'out'] });
  const [commands, reports] = group.pipes;
  if (commands === undefined || reports === undefined) throw new Error('two pipes were asked for');
  commands.write('this\n');
  expect(await text(reports)).toBe('got this\n');
  expect(await group.ended).toEqual({ kind: 'exited', code: 0 });
});

test('a kill takes along what the leader started, and is told as a kill', async () => {
  const { group } = shell('sleep 1000 & echo $! >&3; wait', { pipes: ['out'] });
  const [pipe] = group.pipes;
  const child = Number(await new Promise<Buffer>((resolve) => pipe?.once('data', resolve)));
  expect(readStat(child)?.group).toBe(group.pid);
  group.kill();
  expect(await group.ended).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  // The pipe is the last thing that the child holds: it closes when the child is gone.
  if (pipe?.closed === false) await new Promise((resolve) => pipe.resume().once('close', resolve));
  group.kill();
});

test('what the leader leaves running ends with it', async () => {
  const { group } = shell('sleep 1000 & exit 0', { pipes: ['out'] });
  const [pipe] = group.pipes;
  expect(await group.ended).toEqual({ kind: 'exited', code: 0 });
  // Without the kill of the group, the sleeping child would hold the pipe open.
  if (pipe?.closed === false) await new Promise((resolve) => pipe.resume().once('close', resolve));
});

test('a program that is not there is an end, and closes its pipes', async () => {
  const { group } = shell('', { file: 'no-such-program', pipes: ['in', 'out'] });
  expect(group.pid).toBeUndefined();
  expect(await group.ended).toEqual({ kind: 'not_started', reason: 'spawn no-such-program ENOENT' });
  for (const pipe of group.pipes) expect(pipe.destroyed).toBe(true);
});

test.runIf(process.platform === 'linux')('so is an environment that the system refuses', async () => {
  const { group } = shell('', { environmentVariables: { TOO_LONG: 'x'.repeat(300_000) } });
  expect(await group.ended).toMatchObject({ kind: 'not_started', reason: expect.stringContaining('E2BIG') });
});
