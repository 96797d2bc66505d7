/** One case from its first start to its verdict. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosCase, Fault } from './case.ts';
import { type ChaosJob, writeJob } from './job.ts';
import type { Machine } from './machine.ts';
import { verify } from './verify.ts';
import { leftOf, victims } from './victims.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
/** With pandas, for the tables. */
const python = join(import.meta.dirname, '..', '..', '.venv', 'bin', 'python');
const jobName = 'chaos';
/** Longer than any of these jobs takes undisturbed, by far. */
const patienceMilliseconds = 120_000;

export interface Verdict {
  /** What was not right; empty when all was. */
  readonly wrong: readonly string[];
  /** Faults that met a living job, in order. */
  readonly applied: readonly string[];
  readonly resumes: number;
}

/** @param directory empty, of the case's own; a tmpfs where disks are filled */
export async function runCase(directory: string, { shape, faults }: ChaosCase, machine: Machine): Promise<Verdict> {
  const job = writeJob(directory, shape);
  const chaos = new Chaos(directory, job, faults.some(({ kind }) => kind.startsWith('clock')) ? machine.fakeTime : undefined);
  try {
    await chaos.live(faults);
    return { wrong: await verify(directory, jobName, job, chaos), applied: chaos.applied, resumes: chaos.resumes };
  } catch (thrown) {
    return { wrong: [thrown instanceof Error ? thrown.message : String(thrown)], applied: chaos.applied, resumes: chaos.resumes };
  } finally {
    chaos.end();
  }
}

interface Life {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly printed: () => string;
  isOver: boolean;
}

export interface PrlEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

class Chaos {
  readonly applied: string[] = [];
  resumes = 0;
  readonly #directory: string;
  readonly #job: ChaosJob;
  readonly #env: NodeJS.ProcessEnv;

  constructor(directory: string, job: ChaosJob, fakeTime: string | undefined) {
    this.#directory = directory;
    this.#job = job;
    this.#env = {
      ...process.env,
      PARALLELRUN_HOME: join(directory, 'home'),
      CHAOS: directory,
      PARALLELRUN_PYTHON: python,
      NO_COLOR: '1',
      ...(fakeTime === undefined
        ? {}
        : {
            LD_PRELOAD: fakeTime,
            FAKETIME_TIMESTAMP_FILE: join(directory, 'clock'),
            FAKETIME_NO_CACHE: '1',
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
            NO_FAKE_STAT: '1',
          }),
    };
    this.#setClock(0);
  }

  /** Starts the job, lets the faults happen, and goes on until it has completed. */
  async live(faults: readonly Fault[]): Promise<void> {
    let life = this.#begin(['run', this.#job.file, '--name', jobName]);
    for (const fault of faults) {
      if ((await this.#comes(fault, life)) && (await this.#apply(fault, life))) this.applied.push(fault.kind);
      if (!life.isOver) continue;
      if ((await life.ended) === 0) return;
      life = this.#resume(life);
    }
    // What the last faults did may still end this life; after that nothing disturbs.
    for (let more = 0; (await this.#end(life)) !== 0; more += 1) {
      if (more === 2) throw new Error(`does not complete though nothing disturbs it any more; the last life printed:\n${life.printed()}`);
      life = this.#resume(life);
    }
  }

  /** Runs a command to its end. */
  async prl(args: readonly string[]): Promise<PrlEnd> {
    const child = spawn(process.execPath, [main, ...args], { cwd: this.#directory, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return await new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  }

  /** Nothing of the case lives on. */
  end(): void {
    for (const pid of leftOf(this.#directory)) signal(pid, 'SIGKILL');
  }

  #begin(args: readonly string[]): Life {
    const child = spawn(process.execPath, [main, ...args], { cwd: this.#directory, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
    }
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const life: Life = { child, ended, printed: () => text, isOver: false };
    void ended.then(() => {
      life.isOver = true;
    });
    return life;
  }

  #resume(before: Life): Life {
    this.resumes += 1;
    this.#setClock(0);
    // Ended before it had stored anything: there is nothing to resume, the request is made again.
    const isStored = existsSync(join(this.#directory, 'home', 'jobs', jobName)) && !before.printed().includes('No job is called');
    return this.#begin(isStored ? ['job', 'resume', '--name', jobName, '--stream'] : ['run', this.#job.file, '--name', jobName]);
  }

  /** @returns false when the job ended before */
  async #comes(fault: Fault, life: Life): Promise<boolean> {
    const until = this.#begun() + fault.afterBegun;
    const deadline = performance.now() + patienceMilliseconds;
    while (!life.isOver && this.#begun() < until) {
      if (performance.now() > deadline) throw new Error(`hangs (before ${fault.kind}); it printed:\n${life.printed()}`);
      await pause(2);
    }
    if (!life.isOver) await Promise.race([pause(fault.afterMilliseconds), life.ended]);
    return !life.isOver;
  }

  /** @returns false when there was nobody whom it could hit */
  async #apply({ kind, choice }: Fault, life: Life): Promise<boolean> {
    const { coordinator = life.child.pid, reaper, others } = victims(this.#directory, jobName);
    const worker = others[choice % Math.max(1, others.length)];
    switch (kind) {
      case 'kill coordinator':
        return signal(coordinator, 'SIGKILL') && (await this.#ends(life));
      case 'kill worker':
        return signal(worker, 'SIGKILL');
      case 'kill reaper':
        return signal(reaper, 'SIGKILL');
      case 'kill coordinator and reaper':
        return signal(reaper, 'SIGKILL') && signal(coordinator, 'SIGKILL') && (await this.#ends(life));
      case 'kill all':
        for (const pid of leftOf(this.#directory)) signal(pid, 'SIGKILL');
        return await this.#ends(life);
      case 'freeze coordinator':
        return await freeze(coordinator, choice);
      case 'freeze worker':
        return await freeze(worker, choice);
      case 'interrupt':
        return signal(coordinator, 'SIGINT');
      case 'interrupt twice':
        signal(coordinator, 'SIGINT');
        await pause(choice % 50);
        return signal(coordinator, 'SIGINT');
      case 'cancel':
        return (await this.prl(['job', 'cancel', '--name', jobName])).code === 0;
      case 'fill the disk':
        await this.#fillDisk(life, choice);
        return true;
      case 'clock forward':
        this.#setClock(7200);
        return true;
      case 'clock back':
        this.#setClock(-7200);
        return true;
    }
  }

  /** To the last byte, for some time or until the job gives up. */
  async #fillDisk(life: Life, milliseconds: number): Promise<void> {
    const ballast = join(this.#directory, 'ballast');
    const file = openSync(ballast, 'w');
    try {
      for (const size of [1 << 16, 1 << 10, 1]) fill(file, Buffer.alloc(size));
      await Promise.race([pause(milliseconds), life.ended]);
    } finally {
      closeSync(file);
      rmSync(ballast);
    }
  }

  async #ends(life: Life): Promise<true> {
    await this.#end(life);
    return true;
  }

  async #end(life: Life): Promise<number | null> {
    const late = pause(patienceMilliseconds, 'late' as const, { ref: false });
    const code = await Promise.race([life.ended, late]);
    if (code === 'late') throw new Error(`hangs; it printed:\n${life.printed()}`);
    return code;
  }

  #begun(): number {
    return statSync(this.#job.trace, { throwIfNoEntry: false })?.size ?? 0;
  }

  #setClock(seconds: number): void {
    writeFileSync(join(this.#directory, 'clock'), `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }
}

function fill(file: number, block: Buffer): void {
  try {
    for (;;) writeSync(file, block);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
  }
}

async function freeze(pid: number | undefined, milliseconds: number): Promise<boolean> {
  if (!signal(pid, 'SIGSTOP')) return false;
  await pause(milliseconds);
  return signal(pid, 'SIGCONT');
}

/** @returns false when there is no such process any more */
function signal(pid: number | undefined, name: NodeJS.Signals): boolean {
  try {
    return pid !== undefined && process.kill(pid, name);
  } catch {
    return false;
  }
}
