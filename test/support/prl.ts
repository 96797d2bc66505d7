/** Runs the command line from source as a real process, in a folder and a home of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
/** Shared by all tests: what is compiled once need not be compiled by each of the many processes. */
const compileCache = join(tmpdir(), 'prl-test-compile-cache');

export interface PrlResult {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PrlOptions {
  /** Default: the sandbox's folder. */
  readonly cwd?: string;
  /** Added to the environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What starts it, in place of this process: `nsenter` and its arguments. */
  readonly via?: readonly string[];
  /** What the command reads on stdin. Default: nothing. */
  readonly stdin?: string;
}

/** A process that runs. */
export interface RunningPrl {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves with the text (or what matched) when stdout and stderr together hold it; rejects when the process ends without it. */
  printed(text: string | RegExp): Promise<string>;
  /** Resolves when the process has ended. */
  readonly result: Promise<PrlResult>;
}

export interface Sandbox {
  /** Temporary, removed when the test has finished. */
  readonly directory: string;
  /** Its `PARALLELRUN_HOME`: `<directory>/home`, made by the first command that needs it. */
  readonly home: string;
  /** An absolute path inside the folder. */
  path(...parts: string[]): string;
  /** Writes a file (and the folders above it), returns its absolute path. */
  write(file: string, text: string | Uint8Array): string;
  /** Runs the command to its end. */
  prl(args: readonly string[], options?: PrlOptions): Promise<PrlResult>;
  /** Starts the command; killed, if it still runs, when the test has finished. */
  start(args: readonly string[], options?: PrlOptions): RunningPrl;
}

/** Call it inside a test. */
export function sandbox(): Sandbox {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'prl-test-')));
  const home = join(directory, 'home');
  const children: ChildProcess[] = [];
  onTestFinished(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  const path = (...parts: string[]) => join(directory, ...parts);

  function start(args: readonly string[], options: PrlOptions = {}): RunningPrl {
    const env = {
      ...process.env,
      PARALLELRUN_HOME: home,
      PARALLELRUN_ENVIRONMENT: 'system',
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: compileCache,
      ...options.env,
    };
    const [file = '', ...rest] = [...(options.via ?? []), process.execPath, main, ...args];
    const child = spawn(file, rest, {
      cwd: options.cwd ?? directory,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // A command that does not read is no failure of the test.
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    children.push(child);
    return follow(child);
  }

  return {
    directory,
    home,
    path,
    write(file, text) {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
      return path(file);
    },
    prl: (args, options) => start(args, options).result,
    start,
  };
}

function follow(child: ChildProcess): RunningPrl {
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    changed();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    changed();
  });
  const result = new Promise<PrlResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    pid: child.pid ?? -1,
    result,
    printed(text) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const all = `${stdout}\n${stderr}`;
          const found = typeof text === 'string' ? (all.includes(text) ? text : undefined) : text.exec(all)?.[0];
          if (found === undefined) return;
          watchers.delete(check);
          resolve(found);
        };
        watchers.add(check);
        check();
        result.then(
          (end) => reject(new Error(`ended with ${end.code ?? end.signal} before it printed ${text}:\n${end.stdout}\n${end.stderr}`)),
          reject,
        );
      });
    },
  };
}
