import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const named = (job: string, ...rest: string[]) => ['run', job, '--name', 'j', ...rest];
const indexed = (body: string) =>
  `import os, sys, time, subprocess\ndef run(mini_batch, context):\n    i = context.minibatch_index\n${body}\n    return [i]\n`;

describe('an attempt that fails', () => {
  it('is retried, and its mini-batch counts once when a retry succeeds', async () => {
    const box = sandbox();
    const script = indexed(
      `    mark = f"{os.environ['MARKS']}/{i}"\n    if i % 3 == 0 and not os.path.exists(mark):\n        open(mark, 'w').close()\n        raise ValueError('first try')`,
    );
    box.write('marks/none', '');
    const job = parallelJob(box, { script });
    const { code } = await box.prl(named(job), { env: { MARKS: box.path('marks') } });
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    const { main } = await showJob(box, 'j');
    expect(main.mini_batches).toEqual({ total: 10, done: 10, failed: 0, retries: 4 });
    expect(main.items).toEqual({ total: 10, done: 10, failed: 0 });
  });

  it.each([
    ['raises', "if i == 4: raise ValueError('broken item')", 'ValueError: broken item'],
    ['returns nothing', 'if i == 4: return None', 'run() returned None'],
    ['calls sys.exit', 'if i == 4: sys.exit(7)', 'SystemExit'],
    ['ends its process', 'if i == 4: os._exit(3)', 'exit code 3'],
    ['closes its stdout and prints', 'if i == 4: sys.stdout.close()\n    print(i)', 'I/O operation on closed file'],
    [
      'closes its stdout down to the descriptor, and prints',
      'if i == 4: sys.stdout.close(); os.close(1)\n    print(i)',
      'I/O operation on closed file',
    ],
    ['is killed', 'if i == 4: os.kill(os.getpid(), 9)', 'SIGKILL'],
    ['crashes', 'if i == 4: os.abort()', 'SIGABRT'],
    ['takes too long', 'if i == 4: time.sleep(600)', 'longer than 1 s'],
    ['waits for a child that takes too long', "if i == 4: subprocess.run(['sleep', '600'])", 'longer than 1 s'],
  ])('for good costs one mini-batch and no other: run %s', async (_, line, message) => {
    const box = sandbox();
    const job = parallelJob(box, { script: indexed(`    ${line}`), settings: ['retry_settings: { max_retries: 1, timeout: 1 }'] });
    const { code, stderr } = await box.prl(named(job));
    expect(code).toBe(0);
    expect(stderr).toContain(message);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('0\n1\n2\n3\n5\n6\n7\n8\n9\n');
    const { main } = await showJob(box, 'j');
    expect(main.mini_batches).toEqual({ total: 10, done: 9, failed: 1, retries: 1 });
    expect(main.items.failed).toBe(1);
    expect(readFileSync(join(main.directory, 'logs', 'user', 'error.txt'), 'utf8')).toContain(message);
  });
});

describe('a threshold that is passed', () => {
  it.each([
    ['error_threshold', ['error_threshold: 2'], undefined],
    ['mini_batch_error_threshold', ['mini_batch_error_threshold: 2'], undefined],
    ['allowed_failed_percent', [], '--allowed_failed_percent 20'],
  ])('ends the job, names %s with limit and errors, and leaves no output', async (setting, settings, programArguments) => {
    const box = sandbox();
    const script = indexed("    if i % 2: raise KeyError('missing feature')");
    const job = parallelJob(box, {
      script,
      settings: [...settings, 'retry_settings: { max_retries: 0, timeout: 60 }'],
      ...(programArguments === undefined ? {} : { programArguments }),
    });
    const { code, stderr } = await box.prl(named(job));
    expect(code).toBe(1);
    expect(stderr).toContain(`${setting} exceeded`);
    expect(stderr).toContain("KeyError: 'missing feature'");
    expect(stderr).toContain('score.py');
    expect(readdirSync(box.directory).filter((name) => name.includes('rows'))).toEqual([]);
    const { job: shown, main } = await showJob(box, 'j');
    expect([shown.status, main.status]).toEqual(['Failed', 'Failed']);
    expect(main.error).toContain(setting);
  });

  it('is not passed by as many failures as it allows', async () => {
    const box = sandbox();
    const script = indexed("    if i < 2: raise KeyError('x')");
    const job = parallelJob(box, {
      script,
      settings: ['error_threshold: 2', 'mini_batch_error_threshold: 2', 'retry_settings: { max_retries: 0 }'],
    });
    expect((await box.prl(named(job))).code).toBe(0);
  });

  it('counts items for which nothing came back, and warns of short returns', async () => {
    const box = sandbox();
    const script = 'def run(mini_batch):\n    return mini_batch[1:]\n';
    const settings = ['mini_batch_size: "5"'];
    const within = await box.prl(['run', parallelJob(box, { script, settings: [...settings, 'error_threshold: 2'] })]);
    expect(within.code).toBe(0);
    expect(within.stderr).toContain('2 mini-batches returned fewer rows');
    const passed = await box.prl(['run', parallelJob(box, { script, settings: [...settings, 'error_threshold: 1'] })]);
    expect(passed.code).toBe(1);
    expect(passed.stderr).toContain('error_threshold exceeded');
  });

  it('takes fewer rows from every mini-batch for an aggregation where nobody counts failed items', async () => {
    const box = sandbox();
    const script = 'def run(mini_batch):\n    return [len(mini_batch)]\n';
    const run = await box.prl(['run', parallelJob(box, { script, settings: ['mini_batch_size: "5"'] }), '--output', 'json']);
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('run() returned 2 rows for 10 items: fewer rows than items') });
    expect(run.stderr.match(/fewer rows/g)).toHaveLength(1);
    expect(run.stderr).not.toContain('warning');
    expect(JSON.parse(run.stdout)).toMatchObject({ steps: { main: { items: { total: 10, done: 10, failed: 0 } } } });
  });

  it('fails short returns as attempts where the job asks for it', async () => {
    const box = sandbox();
    const script = 'def run(mini_batch):\n    return []\n';
    const job = parallelJob(box, {
      script,
      appendRow: false,
      programArguments: '--fail_on_short_return True',
      settings: ['mini_batch_error_threshold: 0'],
    });
    const { code, stderr } = await box.prl(named(job));
    expect(code).toBe(1);
    expect(stderr).toContain('mini_batch_error_threshold exceeded');
  });
});

describe('a job that cannot work', () => {
  it.each([
    [
      'init raises',
      "def init():\n    raise RuntimeError('no model here')\ndef run(mini_batch):\n    return mini_batch\n",
      'RuntimeError: no model here',
    ],
    ['a syntax error', 'def run(mini_batch:\n    return mini_batch\n', 'score.py", line 1'],
    [
      'a missing module',
      'import no_such_module_at_all\ndef run(mini_batch):\n    return mini_batch\n',
      "No module named 'no_such_module_at_all'",
    ],
    ['no run', 'def init():\n    pass\n', 'score.py has no function run(mini_batch)'],
  ])('ends with the reason, told once: %s', async (_, script, message) => {
    const box = sandbox();
    const { code, stderr } = await box.prl(named(parallelJob(box, { script })));
    expect(code).toBe(1);
    expect(stderr.split('failed on every one')).toHaveLength(2);
    // Where the machine is slow, the first start that failed was told before, in a line.
    expect(stderr.replace(/^.* could not start: .*$/m, '').split(message)).toHaveLength(2);
    expect(existsSync(box.path('rows.txt'))).toBe(false);
  });

  it('does not pass for a success because nothing came back', async () => {
    const box = sandbox();
    const { code, stderr } = await box.prl(named(parallelJob(box, { script: 'def run(mini_batch):\n    return []\n' })));
    expect(code).toBe(1);
    expect(stderr).toContain('Not a single item succeeded');
    expect(existsSync(box.path('rows.txt'))).toBe(false);
  });
});

describe('a script that misbehaves', () => {
  it('keeps its output to its own log files, whatever it prints, forks or closes', async () => {
    const box = sandbox();
    const script = [
      'import os, sys, subprocess',
      'def run(mini_batch, context):',
      '    i = context.minibatch_index',
      "    if i < 3: print('x' * 1000000)",
      "    if i < 3: subprocess.run(['sh', '-c', 'echo from a child; echo to stderr >&2'])",
      '    if i == 3: os.close(1)',
      '    if i == 5: os.closerange(3, 200)',
      '    if i == 7 and os.fork() == 0: os._exit(0)',
      '    return [i]',
      '',
    ].join('\n');
    const job = parallelJob(box, { script, settings: ['max_concurrency_per_instance: 1', 'retry_settings: { max_retries: 1 }'] });
    const { code, stdout, stderr } = await box.prl(named(job));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).not.toMatch(/xxx|from a child|to stderr/);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    const { main } = await showJob(box, 'j');
    const log = (kind: string) => readFileSync(join(main.directory, 'logs', 'user', kind, 'node0', `process000.${kind}.txt`), 'utf8');
    expect(log('stdout')).toContain('from a child');
    expect(log('stderr')).toContain('to stderr');
  });
});

describe('a step that tells its job', () => {
  it('copies its logs and pushes its counts where it is asked to', async () => {
    const box = sandbox();
    const programArguments = '--copy_logs_to_parent True --push_metrics_to_parent True --metrics_name_prefix score/';
    const job = parallelJob(box, { script: 'def run(mini_batch):\n    return mini_batch\n', programArguments });
    expect((await box.prl(named(job))).code).toBe(0);
    const { job: shown } = await showJob(box, 'j');
    expect(readFileSync(join(shown.directory, 'logs', 'main', 'job_result.txt'), 'utf8')).toContain('Completed');
    expect(JSON.parse(readFileSync(join(shown.directory, 'metrics.json'), 'utf8'))).toMatchObject({
      'score/mini_batches_done': 10,
      'score/items_failed': 0,
    });
  });
});
