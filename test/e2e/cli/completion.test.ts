/** What shells complete, asked of the shells themselves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../support/prl.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'main.ts');
const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** A home with two jobs and a data asset, and `prl` on the PATH. */
async function shells() {
  const box = sandbox();
  chmodSync(box.write('bin/prl', `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`), 0o755);
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  make: {type: command, command: "echo 1 > \${{outputs.rows}}/r", outputs: {rows: {type: uri_folder}}}
  use: {type: command, command: "ls \${{inputs.rows}}", inputs: {rows: "\${{parent.jobs.make.outputs.rows}}"}}
`,
  );
  box.write('one.yml', 'type: command\ncommand: "true"\n');
  await box.prl(['run', 'one.yml', '--name', 'other_job']);
  await box.prl(['run', '.', '--name', 'amber_fox']);
  await box.prl(['data', 'create', '--name', 'letters', '--path', '.', '--type', 'uri_folder']);
  const env = { ...process.env, PATH: `${box.path('bin')}:${process.env.PATH}`, PARALLELRUN_HOME: box.home };
  const script = async (shell: string) => box.write(`completion.${shell}`, (await box.prl(['completion', shell])).stdout);
  const run = (shell: string, args: readonly string[]) =>
    execFileSync(shell, args, { cwd: box.directory, env, encoding: 'utf8', timeout: 60_000 });
  return { box, run, script };
}

test('bash', async () => {
  const { run, script } = await shells();
  const file = await script('bash');
  const ask = `source '${file}'; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _prl; echo "\${COMPREPLY[*]}"`;
  const completed = (...words: string[]) => run('bash', ['-c', ask, 'bash', ...words]).trim();
  expect(completed('prl', 'j')).toBe('job');
  expect(completed('prl', 'job', 's')).toBe('show stream');
  expect(completed('prl', 'job', 'show', '--na')).toBe('--name');
  expect(completed('prl', 'init', '--language', '')).toBe('ts python');
  expect(completed('prl', 'run', './x', '--li')).toBe('--limit');
  expect(completed('prl', 'job', 'show', '')).toBe('last amber_fox other_job');
  expect(completed('prl', 'job', 'cancel', '-n', 'o')).toBe('other_job');
  expect(completed('prl', 'job', 'logs', '--step', '')).toBe('make use');
  expect(completed('prl', 'job', 'logs', 'other_job', '--step', '')).toBe('main');
  expect(completed('prl', 'job', 'download', '-n', 'amber', '--output-name', '')).toBe('make.rows');
  expect(completed('prl', 'data', 'show', '--name', '')).toBe('letters');
  expect(completed('prl', 'schema', 'm')).toBe('model mltable');
  expect(completed('prl', 'job', 'list', '-o', 'j')).toBe('json');
  // A new name, and a file, are nobody's to propose: bash offers files.
  expect(completed('prl', 'job', 'create', '--name', '')).toBe('');
  expect(completed('prl', 'run', '')).toBe('');
  expect(completed('prl', '__')).toBe('');
});

test.skipIf(!has('fish'))('fish', async () => {
  const { run, script } = await shells();
  const file = await script('fish');
  const completed = (line: string) =>
    run('fish', ['--no-config', '-c', `source '${file}'; complete -C '${line}'`])
      .trimEnd()
      .split('\n');
  expect((await completed('prl job show ')).map((line) => line.split('\t')[0])).toEqual(['amber_fox', 'last', 'other_job']);
  expect(completed('prl job show amb')[0]).toMatch(/^amber_fox\tCompleted, (?:just now|.* ago), pipeline\.yml$/);
  expect(completed('prl job logs --step ')).toEqual([expect.stringMatching(/^make\b/), expect.stringMatching(/^use\b/)]);
  expect(completed('parallelrun job li')[0]).toMatch(/^list\t/);
  expect(completed('prl schema da')).toHaveLength(2);
});

/** Types a line and a tab at a prompt, and waits until it has been completed. */
const typed = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "source $1; PS1=; echo be''gin"
zpty -r shell shown '*begin*'
zpty -w -n shell "$2"$'\\t'
zpty -r shell shown "*$3*" && print -r -- done
zpty -d shell
`;

test.skipIf(!has('zsh'))('zsh', async () => {
  const { box, run, script } = await shells();
  const file = await script('zsh');
  const tool = box.write('typed.zsh', typed);
  const completes = (line: string, whole: string) => run('zsh', ['-f', tool, file, line, whole]);
  expect(completes('prl job sh', 'job show')).toBe('done\n');
  expect(completes('prl job show amb', 'amber_fox')).toBe('done\n');
  expect(completes('prl job logs -n other_job --step ', 'main')).toBe('done\n');
});

test('what a script asks in vain is answered with nothing', async () => {
  const box: Sandbox = sandbox();
  for (const words of [['jobs'], ['steps', 'prl', 'job', 'show', '-n', 'nobody'], ['nonsense'], []]) {
    expect(await box.prl(['__complete', ...words])).toMatchObject({ stdout: '' });
  }
  expect((await box.prl(['--help'])).stdout).not.toContain('__complete');
});
