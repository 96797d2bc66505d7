/** Scripts that write into the pipe by which their worker reports: that ends the worker, and nothing else. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const named = (job: string) => ['run', job, '--name', 'j'];

/** Functions for a script: `write` and `flood` (a line that is far too long) send text into the report pipe, `hang` waits to be killed. */
const tools = {
  'score.py': [
    'import os, stat, time',
    'def is_pipe(name):',
    '    try: mode = os.fstat(int(name)).st_mode',
    '    except OSError: return False',
    '    return stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode)',
    '# Reports go out by the last of them; the worker has put it out of the way of scripts that close what they do not know.',
    'def write(text): os.write(max(int(name) for name in os.listdir("/proc/self/fd") if is_pipe(name)), text.encode())',
    'def flood():',
    '    for _ in range(4096): write("x" * 65536)',
    'def hang():',
    '    while True: time.sleep(1)',
  ],
  'score.ts': [
    "import { existsSync, writeFileSync, writeSync } from 'node:fs';",
    'const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);',
    'function write(text: string) {',
    '  const bytes = Buffer.from(text);',
    '  for (let done = 0; done < bytes.length; ) {',
    '    try { done += writeSync(4, bytes, done); } catch { pause(); }',
    '  }',
    '}',
    "function flood() { for (let n = 0; n < 4096; n++) write('x'.repeat(65536)); }",
    'function hang() { for (;;) pause(); }',
  ],
};

/** A script whose fifth mini-batch does `wrong`, in its first attempt only or in each. */
function scriptThat(language: 'score.py' | 'score.ts', wrong: string, isOnce = false): string {
  const lines =
    language === 'score.py'
      ? [
          'def run(mini_batch, context):',
          '    i = context.minibatch_index',
          `    if i == 4${isOnce ? ' and not os.path.exists(os.environ["MARK"])' : ''}:`,
          '        open(os.environ["MARK"], "w").close()',
          `        ${wrong}`,
          '    return [i]',
        ]
      : [
          'export function run(miniBatch: string[], { minibatchIndex: i }: { minibatchIndex: number }) {',
          `  if (i === 4${isOnce ? " && !existsSync(process.env.MARK ?? '')" : ''}) {`,
          "    writeFileSync(process.env.MARK ?? '', '');",
          `    ${wrong}`,
          '  }',
          '  return [i];',
          '}',
        ];
  return [...tools[language], ...lines, ''].join('\n');
}

const all = '0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n';
const allButOne = '0\n1\n2\n3\n5\n6\n7\n8\n9\n';
describe.each(['score.py', 'score.ts'] as const)('%s writes into the report pipe', (entryScript) => {
  it.each([
    ['text', `write('hello\\n')`],
    ['JSON that is no report', `write('{"type":"surprise"}\\n')`],
    ['a number', `write('7\\n')`],
    ['null', `write('null\\n')`],
    ['an outcome with a place too few', `write('[[4,1,1,1,0,0,0,0,0]]\\n')`],
    ['an outcome whose places hold something else', `write('[["4",1,1,1,0,0,0,0,0,0]]\\n')`],
    ['a line that is too long', 'flood()'],
  ])('for good: %s costs its mini-batch and no other, and the reason names the worker', async (_, line) => {
    const box = sandbox();
    const script = scriptThat(entryScript, `${line}; hang()`);
    const job = parallelJob(box, { script, entryScript, settings: ['retry_settings: { max_retries: 1, timeout: 30 }'] });
    const { code, stderr } = await box.prl(named(job), { env: { MARK: box.path('mark') } });
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(allButOne);
    const { main } = await showJob(box, 'j');
    expect(main.mini_batches).toEqual({ total: 10, done: 9, failed: 1, retries: 1 });
    // In words of ours: what the parser of JSON says means nothing to the author of a script.
    expect(stderr).toMatch(/process00\d/);
    expect(stderr).toMatch(/report/);
    expect(stderr).not.toMatch(/SyntaxError|Unexpected token|longer than 30 s|^\s+at /m);
  });

  it.each([
    ['a line, then goes on', `write('hello\\n')`],
    ['half a line, then goes on', `write('hel')`],
    [
      'half a line, then ends',
      entryScript === 'score.py' ? `write('{"type":"fai'); os._exit(1)` : `write('{"type":"fai'); process.kill(process.pid, 'SIGKILL')`,
    ],
  ])('once: %s; a replacement does what it left, and each row comes once', async (_, line) => {
    const box = sandbox();
    const script = scriptThat(entryScript, line, true);
    const job = parallelJob(box, { script, entryScript, settings: ['retry_settings: { max_retries: 2, timeout: 30 }'] });
    const { code } = await box.prl(named(job), { env: { MARK: box.path('mark') } });
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(all);
    expect((await showJob(box, 'j')).main.mini_batches).toMatchObject({ total: 10, done: 10, failed: 0 });
  });

  it('before it is ready: the job ends with the reason, and the worker that it names', async () => {
    const box = sandbox();
    const [head, end] = entryScript === 'score.py' ? ['def init():', ''] : ['export function init() {', '}'];
    const script = `${scriptThat(entryScript, 'hang()')}${head}\n    write('hello\\n'); hang()\n${end}\n`;
    const job = parallelJob(box, { script, entryScript });
    const { code, stderr } = await box.prl(named(job), { env: { MARK: box.path('mark') } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/process00\d/);
    expect(stderr).toMatch(/report/);
    expect(stderr).not.toMatch(/SyntaxError|Unexpected token|^\s+at /m);
    expect(existsSync(box.path('rows.txt'))).toBe(false);
  });
});
