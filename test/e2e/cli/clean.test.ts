import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Sandbox, sandbox } from '../../support/prl.ts';

/** A step whose finished output the next run takes. */
const pipeline = `type: pipeline
inputs: {word: hello}
outputs: {last: {type: uri_folder}}
jobs:
  say:
    type: command
    command: echo \${{inputs.word}} > \${{outputs.said}}/said.txt
    environment: azureml:any@latest
    inputs: {word: "\${{parent.inputs.word}}"}
    outputs: {said: "\${{parent.outputs.last}}"}
`;

async function ran(box: Sandbox, name: string): Promise<void> {
  const { code, stderr } = await box.prl(['run', 'pipeline.yml', '--name', name]);
  expect(code, stderr).toBe(0);
}

async function remaining(box: Sandbox): Promise<readonly string[]> {
  return JSON.parse((await box.prl(['job', 'list', '-o', 'json', '--query', '[].name'])).stdout);
}

test('a job is deleted with what is its own, after a look, and never from under one that reuses it', async () => {
  const box = sandbox();
  box.write('pipeline.yml', pipeline);
  await ran(box, 'first');
  await ran(box, 'second');
  const own = join(box.home, 'datastores/workspaceblobstore/azureml/first/last/said.txt');
  expect(existsSync(own)).toBe(true);

  const kept = await box.prl(['job', 'delete', 'first', '--yes']);
  expect(kept).toMatchObject({ code: 1, stdout: '' });
  expect(kept.stderr).toContain('first  stays: second.say reuses it');

  const looked = await box.prl(['job', 'delete', 'second', '--dry-run']);
  expect(looked.code).toBe(0);
  expect(looked.stderr).toMatch(/second {2}\d+ kB\nNothing was deleted: this was a dry run. It would delete 1 job \(\d+ kB\)/);
  const unasked = await box.prl(['job', 'delete', 'second']);
  expect(unasked).toMatchObject({ code: 2 });
  expect(unasked.stderr).toContain('Give --yes to delete, or --dry-run to look only.');
  expect(await remaining(box)).toEqual(['second', 'first']);

  expect(await box.prl(['job', 'delete', 'second', '--yes'])).toMatchObject({ code: 0 });
  const deleted = await box.prl(['job', 'delete', 'first', '--yes', '-o', 'json']);
  expect(JSON.parse(deleted.stdout)).toMatchObject([{ name: 'first', deleted: true }]);
  expect(await remaining(box)).toEqual([]);
  expect(readdirSync(join(box.home, 'jobs'))).toEqual([]);
  expect(readdirSync(join(box.home, 'datastores/workspaceblobstore'))).toEqual([]);
  expect((await box.prl(['job', 'show', 'first'])).stderr).toContain('No job is called "first"');
});

test('what runs, what is registered and what stands at a chosen path is not deleted', async () => {
  const box = sandbox();
  box.write(
    'job.yml',
    `type: command
command: echo a > \${{outputs.kept}}/a.txt; echo b > \${{outputs.mine}}/b.txt; echo begun; while [ ! -e ${box.path('go')} ]; do sleep 0.02; done
environment: azureml:any@latest
outputs:
  kept: {type: uri_folder, path: ${box.path('results')}}
  mine: {type: uri_folder}
`,
  );
  const run = box.start(['run', 'job.yml', '--name', 'long']);
  await expect.poll(() => existsSync(box.path('results/a.txt')), { timeout: 30_000 }).toBe(true);
  const running = await box.prl(['job', 'delete', 'long', '--yes']);
  expect(running.code).toBe(1);
  expect(running.stderr).toMatch(/long {2}stays: it is running, in process \d+/);
  expect((await box.prl(['clean', '--keep-last', '0', '--yes'])).stderr).toContain('Nothing to delete');
  box.write('go', '');
  expect((await run.result).code).toBe(0);

  const mine = join(box.home, 'datastores/workspaceblobstore/azureml/long/mine');
  box.write('data.yml', `name: letters\ntype: uri_folder\npath: ${mine}\n`);
  await box.prl(['data', 'create', '--file', 'data.yml']);
  const kept = await box.prl(['job', 'delete', 'long', '--yes']);
  expect(kept.stderr).toContain('long  stays: it is registered as azureml:letters:1');
  expect(existsSync(join(mine, 'b.txt'))).toBe(true);

  expect((await box.prl(['run', 'job.yml', '--name', 'other'])).code).toBe(0);
  const deleted = await box.prl(['job', 'delete', 'other', '--yes']);
  expect(deleted.stderr).toContain(`its output stays: ${box.path('results')}`);
  expect(existsSync(box.path('results/a.txt'))).toBe(true);
});

test('usage names what takes the room; clean takes what its rules allow, and a folder taken away by hand is told as that', async () => {
  const box = sandbox();
  box.write('pipeline.yml', pipeline.replace('echo ${{inputs.word}}', 'head -c 300000 /dev/zero'));
  await ran(box, 'large');
  box.write('small.yml', pipeline);
  expect((await box.prl(['run', 'small.yml', '--name', 'small'])).code).toBe(0);
  const usage = JSON.parse((await box.prl(['usage', '-o', 'json'])).stdout);
  expect(usage.jobs.map(({ name }: { readonly name: string }) => name)).toEqual(['large', 'small']);
  expect(usage.jobs[0].output_bytes).toBeGreaterThanOrEqual(300_000);
  expect(usage.bytes).toBeGreaterThanOrEqual(usage.jobs[0].output_bytes + usage.jobs[1].output_bytes);

  expect(await box.prl(['clean'])).toMatchObject({ code: 2 });
  expect((await box.prl(['clean', '--older-than', 'soon'])).stderr).toContain('expected an age such as 14d, 12h or 2w');
  expect((await box.prl(['clean', '--failed', '--yes'])).stderr).toContain('Nothing to delete: none of 2 jobs');
  expect((await box.prl(['clean', '--keep-last', '1', '--yes'])).stderr).toContain('Nothing to delete');
  expect((await box.prl(['clean', '--older-than', '0s', '--dry-run'])).stderr).toContain('It would delete 2 jobs');

  rmSync(join(box.home, 'jobs/small'), { recursive: true });
  expect(await box.prl(['job', 'show', 'small'])).toMatchObject({ code: 2 });
  expect((await box.prl(['job', 'show', 'small'])).stderr).toContain('The folder of the job small was taken away by hand');
  expect((await box.prl(['job', 'list'])).stderr).toContain(
    '1 job more, whose folders were taken away by hand: small  (forget them with: prl clean)',
  );
  expect((await box.prl(['clean', '--failed', '--yes'])).stderr).toContain('Forgotten: 1 job whose folders were taken away by hand.');
  expect((await box.prl(['job', 'list'])).stderr).not.toContain('taken away');
});

test('jobs that start while others are deleted end with their outputs there', async () => {
  const box = sandbox();
  box.write('pipeline.yml', pipeline);
  await ran(box, 'begin');
  for (let round = 0; round < 4; round += 1) {
    const [one, other, clean] = await Promise.all([
      box.prl(['run', 'pipeline.yml', '--name', `r${round}a`]),
      box.prl(['run', 'pipeline.yml', '--name', `r${round}b`]),
      box.prl(['clean', '--keep-last', '1', '--yes']),
    ]);
    for (const { code, stderr } of [one, other, clean]) expect(code, stderr).toBe(0);
    for (const name of await remaining(box)) {
      const download = await box.prl(['job', 'download', name, '--output-name', 'last', '-p', box.path('got', name)]);
      expect(download.code, `${name}: ${download.stderr}`).toBe(0);
    }
  }
});
