import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printed, statuses } from '../../support/pipeline.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';
import { gone } from '../../support/processes.ts';

/**
 * A step that ends, and one that waits for a file, with a child in its group, one that left it, and one that also lost its parent.
 * Each notes its process id.
 */
function waitingPipeline(box: Sandbox): void {
  const note = (name: string) => `echo \\$\\$ > ${box.path(name)}; exec sleep 600`;
  box.write(
    'wait.sh',
    `bash -c "${note('child')}" &
setsid bash -c "${note('left')}" &
(setsid bash -c "${note('orphan')}" &)
while [ ! -s ${box.path('child')} ] || [ ! -s ${box.path('left')} ] || [ ! -s ${box.path('orphan')} ]; do sleep 0.02; done
touch ${box.path('started')}
while [ ! -e ${box.path('go')} ]; do sleep 0.05; done
`,
  );
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  first:
    type: command
    command: echo ran once; date +%N > \${{outputs.out}}/time
    outputs: {out: {type: uri_folder}}
  waits:
    type: command
    code: ./wait.sh
    command: bash wait.sh && cat \${{inputs.in}}/time
    inputs: {in: "\${{parent.jobs.first.outputs.out}}"}
  last:
    type: command
    command: echo last
    inputs: {in: "\${{parent.jobs.waits.outputs.out}}"}
`.replace('command: bash wait.sh', 'outputs: {out: {type: uri_folder}}\n    command: bash wait.sh'),
  );
}

async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function allGone(box: Sandbox): Promise<void> {
  for (const name of ['child', 'left', 'orphan']) await gone(Number(readFileSync(box.path(name), 'utf8')));
}

test.runIf(process.platform === 'linux')('cancel reaches every process, and resume runs only what had not ended', async () => {
  const box = sandbox();
  waitingPipeline(box);
  const run = box.start(['run', 'pipeline.yml', '--name', 'stopped']);
  await appears(box.path('started'));
  expect((await box.prl(['job', 'cancel', '--name', 'stopped'])).code).toBe(0);
  expect((await run.result).code).not.toBe(0);
  await allGone(box);
  const shown = await box.prl(['job', 'show', '--name', 'stopped', '--output', 'json']);
  expect(statuses(JSON.parse(shown.stdout))).toEqual({ first: 'Completed', waits: 'Canceled', last: 'NotStarted' });

  writeFileSync(box.path('go'), '');
  const resumed = await box.prl(['job', 'resume', '--name', 'stopped', '--stream', '--output', 'json']);
  expect(resumed.code).toBe(0);
  expect(printed(box, 'stopped', 'first')).toBe('ran once\n');
  expect(printed(box, 'stopped', 'last')).toBe('last\n');
});

test.runIf(process.platform === 'linux')('kill -9 of the coordinator takes every process along, and the job can be resumed', async () => {
  const box = sandbox();
  waitingPipeline(box);
  const run = box.start(['run', 'pipeline.yml', '--name', 'killed']);
  await appears(box.path('started'));
  run.child.kill('SIGKILL');
  await run.result;
  await allGone(box);
  writeFileSync(box.path('go'), '');
  // A changed file changes nothing: the step runs with what stood there when the job began.
  box.write('wait.sh', 'exit 9\n');
  const resumed = await box.prl(['job', 'resume', '--name', 'killed', '--stream', '--output', 'json']);
  expect(resumed.code).toBe(0);
  expect(statuses(JSON.parse(resumed.stdout))).toEqual({ first: 'Completed', waits: 'Completed', last: 'Completed' });
  expect(printed(box, 'killed', 'first')).toBe('ran once\n');
});
