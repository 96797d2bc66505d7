/** What `job show` and `job list` tell of a job, and what scripts written for `az ml` ask of them. */
import { userInfo } from 'node:os';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { writeEnding } from '../../../src/store/job-folder.ts';
import { jobLayout } from '../../../src/store/layout.ts';
import { sandbox } from '../../support/prl.ts';

test('times, file, inputs and outputs of a job, as show and list have them, and the scripts of `az ml`', async () => {
  const box = sandbox();
  const file = box.write(
    'project/job.yml',
    `type: command
display_name: count lines
experiment_name: lines
tags: {team: nlp}
properties: {owner: me}
command: sleep 0.2; wc -l < \${{inputs.text}} > \${{outputs.count}}/n; [ \${{inputs.least}} -lt 9 ]
inputs:
  text: {type: uri_file, path: ./text.txt, mode: ro_mount}
  least: 1
outputs:
  count: {type: uri_folder, path: ./count}
`,
  );
  box.write('project/text.txt', 'one\n');
  const created = await box.prl(['job', 'create', '-f', file, '--query', 'name', '-o', 'tsv', '--stream', '-g', 'rg', '-w', 'ws']);
  const name = created.stdout.trim();
  expect(created).toMatchObject({ code: 0, stdout: `${name}\n` });
  expect((await box.prl(['run', file, '--name', 'bad', '--set', 'inputs.least=9'])).code).toBe(1);

  const ask = async (...args: string[]) => (await box.prl(['job', ...args])).stdout.trim();
  const shown = JSON.parse(await ask('show', '-n', name, '-o', 'json'));
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const head = {
    name,
    status: 'Completed',
    display_name: 'count lines',
    experiment_name: 'lines',
    type: 'command',
    directory: `${box.home}/jobs/${name}`,
    file,
    creation_context: { created_at: time, created_by: userInfo().username, created_by_type: 'User', last_modified_at: shown.end_time },
    start_time: time,
    end_time: time,
    duration_s: expect.any(Number),
    tags: { team: 'nlp' },
    properties: { owner: 'me' },
    inputs: { text: { type: 'uri_file', path: box.path('project/text.txt'), mode: 'ro_mount' }, least: expect.anything() },
    outputs: { count: { type: 'uri_folder', path: box.path('project/count') } },
    services: { Studio: { endpoint: pathToFileURL(`${box.home}/jobs/${name}`).href, type: 'Studio' } },
  };
  expect(shown).toEqual({
    ...head,
    logs_bytes: expect.any(Number),
    steps: { main: expect.objectContaining({ start_time: time, end_time: time }) },
  });
  expect(shown.duration_s).toBeGreaterThanOrEqual(0.2);
  expect(shown.creation_context.created_at <= shown.start_time && shown.start_time < shown.end_time).toBe(true);

  const listed = JSON.parse(await ask('list', '--all-results', 'true', '-o', 'json'));
  expect(listed.map((job: { name: string }) => job.name)).toEqual(['bad', name]);
  expect(listed[1]).toEqual(head);
  expect(await ask('list', '--query', "[?status=='Failed'].{name:name}", '-o', 'tsv')).toBe('bad');
  expect(await ask('show', '-n', name, '--query', 'services.Studio.endpoint', '-o', 'tsv')).toBe(head.services.Studio.endpoint);
  expect(await ask('show', 'last', '--query', '[status, outputs.count.path]', '-o', 'tsv')).toBe(`Failed\n${box.path('project/count')}`);

  const table = (await ask('list', '-o', 'table')).split('\n');
  expect(table[0]).toMatch(/^NAME +STATUS +CREATED +TOOK +FILE$/);
  expect(table[1]).toMatch(/^bad +Failed +\S+.* +project\/job\.yml$/);
  const people = await ask('show', name, '-o', 'table');
  for (const line of [
    /^status +Completed in \d/m,
    /^file +project\/job\.yml$/m,
    /^input +text: project\/text\.txt$/m,
    /^output +count: project\/count$/m,
  ]) {
    expect(people).toMatch(line);
  }
});

test('a job that version 0.1 ended is listed with its times all the same', async () => {
  const box = sandbox();
  box.write('job.yml', 'type: command\ncommand: "true"\n');
  await box.prl(['run', '--name', 'old']);
  const layout = jobLayout(box.home, 'old');
  const before = JSON.parse((await box.prl(['job', 'list', '-o', 'json'])).stdout)[0];
  writeEnding(layout, { status: 'Completed', ended: before.end_time });
  const [after] = JSON.parse((await box.prl(['job', 'list', '-o', 'json'])).stdout);
  expect(after.start_time).toBe(before.start_time);
  expect(Math.abs(after.duration_s - before.duration_s)).toBeLessThan(60);
});
