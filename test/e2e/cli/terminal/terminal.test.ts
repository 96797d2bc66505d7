import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parallelJob } from '../../../support/parallel-job.ts';
import { type Sandbox, sandbox } from '../../../support/prl.ts';
import { Screen } from '../../../support/screen.ts';

const main = join(import.meta.dirname, '..', '..', '..', '..', 'src', 'cli', 'main.ts');

/** Four mini-batches; those after the first wait until a file is there. `bad` fails the first attempt of the first. */
const script = (go: string, bad = false) => `
import os, time

attempts = 0

def run(files):
    global attempts
    attempts += 1
    if ${bad ? 'True' : 'False'} and files[0].endswith("000.txt"):
        print("\\x1b[2Jhello")
        raise ValueError("cannot read \\x1b[31mthis\\x1b[0m")
    if not files[0].endswith("000.txt"):
        while not os.path.exists(${JSON.stringify(go)}):
            time.sleep(0.02)
    return files
`;

interface Terminal {
  readonly screen: Screen;
  type(keys: string): void;
  /** Resolves when what can be seen has a line that matches. */
  shows(pattern: RegExp): Promise<void>;
  readonly code: Promise<number | null>;
}

function onTerminal(box: Sandbox, columns: number, args: readonly string[], env: Readonly<Record<string, string>> = {}): Terminal {
  const screen = new Screen(columns, 30);
  const clean: Record<string, string | undefined> = { ...process.env, PARALLELRUN_HOME: box.home, TERM: 'xterm-256color', ...env };
  for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'COLUMNS']) if (!(name in env)) delete clean[name];
  const child = spawn('python3', [join(import.meta.dirname, 'on_terminal.py'), String(columns), '30', process.execPath, main, ...args], {
    cwd: box.directory,
    env: clean,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen.write(text);
    for (const check of waiting) check();
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    screen,
    type: (keys) => child.stdin.write(keys),
    shows(pattern) {
      return new Promise((resolve, reject) => {
        const check = () => {
          void screen.lines().then((lines) => {
            if (!lines.some((line) => pattern.test(line))) return;
            waiting.delete(check);
            resolve();
          });
        };
        waiting.add(check);
        check();
        void code.then(async () => reject(new Error(`ended without showing ${pattern}:\n${(await screen.lines()).join('\n')}`)));
      });
    },
    code,
  };
}

describe('a run on a terminal', () => {
  test('shows live lines, the state at a key, and at the end a summary without traces of them', async () => {
    const box = sandbox();
    const go = box.path('go');
    const file = parallelJob(box, { files: 4, script: script(go) });
    const terminal = onTerminal(box, 80, ['run', file]);
    await terminal.shows(/^main {2}Running {2}1\/4/);
    terminal.type('t');
    await terminal.shows(/^State of job /);
    writeFileSync(go, '');
    expect(await terminal.code).toBe(0);
    const lines = await terminal.screen.lines();
    expect(lines.filter((line) => line.startsWith('main  Running'))).toHaveLength(1);
    expect(lines.at(-3)).toMatch(/^ {2}main {2}Completed {2}4\/4 mini-batches, 4 files/);
    expect(lines.at(-2)).toBe('  output rows: rows.txt');
    expect(lines.at(-1)).toMatch(/^ {2}logs: {3}\//);
  });

  test('ends in good order when Ctrl-C is typed, and says how to resume', async () => {
    const box = sandbox();
    const go = box.path('go');
    const file = parallelJob(box, { files: 40, script: script(go) });
    const terminal = onTerminal(box, 60, ['run', file, '--name', 'stopped'], { WT_SESSION: 'windows-terminal' });
    await terminal.shows(/^main {2}Running {2}\d+\/40/);
    terminal.type('\x03');
    await terminal.shows(/^warning: Interrupted/);
    writeFileSync(go, '');
    expect(await terminal.code).toBe(130);
    expect((await terminal.screen.lines()).join('\n')).toContain('prl job resume --name stopped');
    const progress = terminal.screen.written.match(/\x1b\]9;4;\d;\d+\x1b\\/g) ?? [];
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toBe('\x1b]9;4;0;0\x1b\\');
  });

  test('colours words, and with NO_COLOR shows the same words live without colour', async () => {
    const box = sandbox();
    const go = box.write('go', '');
    const file = parallelJob(box, { files: 4, script: script(go) });
    const coloured = onTerminal(box, 80, ['run', file]);
    expect(await coloured.code).toBe(0);
    expect(coloured.screen.written).toContain('\x1b[32mCompleted\x1b[39m');
    const plain = onTerminal(box, 80, ['run', file], { NO_COLOR: '1' });
    expect(await plain.code).toBe(0);
    expect(plain.screen.written).not.toMatch(/\x1b\[\d+m/);
    expect(plain.screen.written).toContain('\x1b[K');
  });
});

describe('a run whose output is not a terminal', () => {
  test('has plain lines only, tells the first error at once, and the state when asked by a signal', async () => {
    const box = sandbox();
    const go = box.path('go');
    const file = parallelJob(box, { files: 4, script: script(go, true), settings: ['retry_settings: { max_retries: 1 }'] });
    const run = box.start(['run', file, '--name', 'plain']);
    await run.printed(/first error in mini-batch 0 \(.*000\.txt.*\), attempt 1 on process\d+; will be tried again/);
    process.kill(run.pid, 'SIGUSR1');
    await run.printed(/State of job plain/);
    writeFileSync(go, '');
    const { stderr, code } = await run.result;
    expect(code).toBe(0);
    expect(stderr).toContain('ValueError: cannot read this');
    expect(stderr).toMatch(/main {2}Completed {2}3\/4 mini-batches, 3 files {2}1 failed, 1 retry/);
    expect(stderr).not.toMatch(/[\r\x1b]/);
  });
});
