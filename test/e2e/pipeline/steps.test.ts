import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printed, runPipeline, statuses } from '../../support/pipeline.ts';
import { sandbox } from '../../support/prl.ts';
import { gone } from '../../support/processes.ts';

test('values and data go from step to step, through components and nested pipelines', async () => {
  const box = sandbox();
  box.write('in put/b.txt', 'second\n');
  box.write('in put/a.txt', 'first\n');
  box.write('src/join.sh', 'cat "$1"/*.txt\n');
  box.write(
    'join.yml',
    `type: command
name: join
inputs:
  folder: {type: uri_folder}
  times: {type: integer, default: 2}
  note: {type: string, optional: true}
outputs:
  text: {type: uri_file}
code: ./src
command: >-
  for i in $(seq \${{inputs.times}}); do bash join.sh \${{inputs.folder}}; done > "\${{outputs.text}}" && echo done $[[ --note \${{inputs.note}} ]]
`,
  );
  box.write(
    'inner.yml',
    `type: pipeline
inputs:
  data: {type: uri_folder}
  repeat: {type: integer}
outputs:
  joined: {type: uri_file}
jobs:
  join:
    type: command
    component: ./join.yml
    inputs:
      folder: \${{parent.inputs.data}}
      times: \${{parent.inputs.repeat}}
    outputs:
      text: \${{parent.outputs.joined}}
`,
  );
  box.write(
    'pipeline.yml',
    `type: pipeline
inputs:
  data: {type: uri_folder, path: ./in put}
  word: hello
outputs:
  result: {type: uri_file, path: ./result here.txt}
jobs:
  nested:
    type: pipeline
    component: ./inner.yml
    inputs:
      data: \${{parent.inputs.data}}
      repeat: 3
  once:
    type: command
    component: ./join.yml
    inputs: {folder: "\${{parent.inputs.data}}", times: 1, note: spoken}
  count:
    type: command
    command: cat '\${{inputs.long}}' \${{inputs.short}} | sort | uniq -c > \${{outputs.counts}}; echo \${{inputs.word}} $GREETING
    environment_variables: {GREETING: "\${{inputs.word}}, world"}
    inputs:
      long: \${{parent.jobs.nested.outputs.joined}}
      short: \${{parent.jobs.once.outputs.text}}
      word: \${{parent.inputs.word}}
    outputs:
      counts: \${{parent.outputs.result}}
`,
  );
  const { code, job, stderr } = await runPipeline(box, 'flow');
  expect(stderr).toContain('Completed');
  expect(code).toBe(0);
  expect(statuses(job)).toEqual({ nested: 'Completed', 'nested.join': 'Completed', once: 'Completed', count: 'Completed' });
  expect(readFileSync(box.path('result here.txt'), 'utf8').trim().split(/\n\s*/)).toEqual(['4 first', '4 second']);
  expect(printed(box, 'flow', 'nested.join')).toBe('done\n');
  expect(printed(box, 'flow', 'once')).toBe('done --note spoken\n');
  expect(printed(box, 'flow', 'count')).toBe('hello hello, world\n');
  expect(job.steps.count?.exit_code).toBe(0);
});

test('the artifacts of a step are what it wrote to ./outputs; outputs stand where the path says', async () => {
  const box = sandbox();
  box.write(
    'pipeline.yml',
    `type: pipeline
outputs:
  kept: {path: "azureml://datastores/\${{default_datastore}}/paths/kept/\${{name}}"}
jobs:
  write:
    type: command
    command: echo world > outputs/world.txt; echo data > \${{outputs.data}}/data.txt; mkdir -p \${{outputs.kept}}/deep; cp \${{outputs.data}}/data.txt \${{outputs.kept}}/deep
    outputs:
      artifacts:
      data: {type: uri_folder}
      kept: \${{parent.outputs.kept}}
  read:
    type: command
    command: cat \${{inputs.all}}/outputs/world.txt \${{inputs.data}}/data.txt
    inputs:
      all: \${{parent.jobs.write.outputs.artifacts}}
      data: \${{parent.jobs.write.outputs.data}}
`,
  );
  const { code } = await runPipeline(box, 'places');
  expect(code).toBe(0);
  expect(printed(box, 'places', 'read')).toBe('world\ndata\n');
  const datastore = `${box.home}/datastores/workspaceblobstore`;
  expect(readFileSync(`${datastore}/kept/places/deep/data.txt`, 'utf8')).toBe('data\n');
  expect(readdirSync(`${datastore}/azureml`)).toEqual(['places.write']);
  const download = await box.prl(['job', 'download', '--name', 'places', '--all', '--download-path', 'down']);
  expect(download.code).toBe(0);
  expect(readFileSync(box.path('down/named-outputs/kept/deep/data.txt'), 'utf8')).toBe('data\n');
});

test('a finished output is registered under its name', async () => {
  const box = sandbox();
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  make:
    type: command
    command: echo 42 > \${{outputs.answer}}
    outputs:
      answer: {type: uri_file, name: answer, version: "7"}
`,
  );
  box.write(
    'use/pipeline.yml',
    `type: pipeline
jobs:
  use:
    type: command
    command: cat \${{inputs.answer}}
    inputs:
      answer: {type: uri_file, path: "azureml:answer:7"}
`,
  );
  expect((await runPipeline(box, 'make')).code).toBe(0);
  expect((await runPipeline(box, 'use', ['use/pipeline.yml'])).code).toBe(0);
  expect(printed(box, 'use', 'use')).toBe('42\n');
});

test('a failed step says why; what needs it is skipped, and the rest runs where that is asked for', async () => {
  const box = sandbox();
  const pipeline = (goOn: boolean) => `type: pipeline
settings: {continue_on_step_failure: ${goOn}, force_rerun: true}
jobs:
  bad:
    type: command
    command: echo about to fail; python -c 'import no_such_module_at_all'
    outputs: {out: {type: uri_folder}}
  after:
    type: command
    command: ls \${{inputs.in}}
    inputs: {in: "\${{parent.jobs.bad.outputs.out}}"}
  slow:
    type: command
    command: while [ ! -e ${box.home}/jobs/*${goOn ? 'on' : 'off'}/steps/bad/step.json ] || grep -q Running ${box.home}/jobs/*${goOn ? 'on' : 'off'}/steps/bad/step.json; do sleep 0.05; done
    outputs: {out: {type: uri_folder}}
  apart:
    type: command
    command: echo apart
    inputs: {in: "\${{parent.jobs.slow.outputs.out}}"}
`;
  box.write('pipeline.yml', pipeline(false));
  const stopped = await runPipeline(box, 'stop-off');
  expect(stopped.code).toBe(1);
  expect(statuses(stopped.job)).toEqual({ bad: 'Failed', after: 'NotStarted', slow: 'Completed', apart: 'NotStarted' });
  expect(stopped.job.steps.bad).toMatchObject({ exit_code: 1 });
  expect(stopped.job.error).toMatch(
    /Step bad failed: The command ended with exit code 1\.\nabout to fail\n[\s\S]*ModuleNotFoundError: No module named 'no_such_module_at_all'/,
  );
  expect(stopped.job.error).toContain('PARALLELRUN_PYTHON');
  expect(stopped.stderr).toContain('skipped');

  box.write('pipeline.yml', pipeline(true));
  const wentOn = await runPipeline(box, 'go-on');
  expect(wentOn.code).toBe(1);
  expect(statuses(wentOn.job)).toEqual({ bad: 'Failed', after: 'NotStarted', slow: 'Completed', apart: 'Completed' });
});

test('independent steps run at the same time', async () => {
  const box = sandbox();
  const meet = (own: string, other: string) => `touch ${box.path(own)}; while [ ! -e ${box.path(other)} ]; do sleep 0.02; done`;
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  one: {type: command, command: "${meet('one', 'two')}"}
  two: {type: command, command: "${meet('two', 'one')}"}
`,
  );
  expect((await runPipeline(box, 'meet')).code).toBe(0);
});

test('what can not work is refused before anything starts, and nothing is stored', async () => {
  const box = sandbox();
  box.write('file', 'in the way');
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  first: {type: command, command: touch ${box.path('ran')}}
  second:
    type: command
    command: echo
    outputs: {out: {type: uri_folder, path: ./file/below}}
`,
  );
  const { code, stderr } = await box.prl(['run', 'pipeline.yml']);
  expect(code).toBe(2);
  expect(stderr).toContain(`The output out can not be written to ${box.path('file/below')}`);
  expect(existsSync(box.path('ran'))).toBe(false);
  expect((await box.prl(['job', 'list', '--output', 'json'])).stdout.trim()).toBe('[]');
});

test('past its timeout a command is killed with its children', async () => {
  const box = sandbox();
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  slow: {type: command, command: "sleep 600 & echo $! > ${box.path('pid')}; wait", limits: {timeout: 1}}
`,
  );
  const { code, job } = await runPipeline(box, 'late');
  expect(code).toBe(1);
  expect(job.steps.slow?.error).toContain('longer than its timeout of 1 second');
  await gone(Number(readFileSync(box.path('pid'), 'utf8')));
});

test('Python lists the folder of an input in name order', async () => {
  const box = sandbox();
  const names = ['q', 'z', 'a', 'm', 'b', 'x', 'k'];
  for (const name of names) box.write(`in/${name}`, '');
  box.write('list.py', 'import os, sys\nprint(os.listdir(sys.argv[1]), [e.name for e in os.scandir(sys.argv[1])])\n');
  box.write(
    'pipeline.yml',
    'type: pipeline\njobs:\n  list:\n    type: command\n    code: ./list.py\n    command: python list.py ${{inputs.in}}\n    inputs: {in: {type: uri_folder, path: ./in}}\n',
  );
  expect((await runPipeline(box, 'order')).code).toBe(0);
  const sorted = `[${names
    .toSorted()
    .map((name) => `'${name}'`)
    .join(', ')}]`;
  expect(printed(box, 'order', 'list')).toBe(`${sorted} ${sorted}\n`);
});
