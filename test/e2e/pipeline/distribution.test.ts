import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printed, runPipeline } from '../../support/pipeline.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';

function distributed(box: Sandbox, command: string, distribution: string, instances = 1): void {
  box.write(
    'pipeline.yml',
    `type: pipeline
jobs:
  train:
    type: command
    command: ${JSON.stringify(command)}
    distribution: ${distribution}
    resources: {instance_count: ${instances}}
`,
  );
}

function ownLog(box: Sandbox, job: string, process: string): string {
  return readFileSync(join(box.home, 'jobs', job, 'steps', 'train', 'logs', 'user', `std_log_${process}.txt`), 'utf8');
}

function hasMpi(): boolean {
  try {
    execFileSync('mpirun', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('every PyTorch process runs with its rank, over all nodes', async () => {
  const box = sandbox();
  distributed(box, 'echo $RANK/$WORLD_SIZE on $NODE_RANK', '{type: pytorch, process_count_per_instance: 2}', 2);
  const { code } = await runPipeline(box, 'torch');
  expect(code).toBe(0);
  const lines = ['0/4 on 0', '1/4 on 0', '2/4 on 1', '3/4 on 1'];
  expect(printed(box, 'torch', 'train').trim().split('\n').sort()).toEqual(lines.map((line, rank) => `[rank ${rank}] ${line}`));
  expect(lines.map((_, rank) => ownLog(box, 'torch', `process_${rank}`))).toEqual(lines.map((line) => `${line}\n`));
});

test('lines of processes that print at the same time stay whole, also one without an end', async () => {
  const box = sandbox();
  // Each waits for the other in the middle of its line.
  const meet = (place: string) => `touch ${box.path(place)}-$RANK; until [ -e ${box.path(place)}-$((1 - RANK)) ]; do sleep 0.01; done`;
  box.write('run.sh', `printf "a$RANK"\n${meet('a')}\nprintf "b$RANK\\n"\n${meet('b')}\nprintf "c$RANK" >&2\n`);
  distributed(box, `bash ${box.path('run.sh')}`, '{type: pytorch, process_count_per_instance: 2}');
  expect((await runPipeline(box, 'torch')).code).toBe(0);
  const lines = printed(box, 'torch', 'train').split('\n');
  expect(lines.filter((line) => line.includes('rank 0'))).toEqual(['[rank 0] a0b0', '[rank 0] c0']);
  expect(lines.filter((line) => line.includes('rank 1'))).toEqual(['[rank 1] a1b1', '[rank 1] c1']);
  expect(lines).toHaveLength(5);
});

test('one process that fails ends all of them, and the error names it', async () => {
  const box = sandbox();
  distributed(box, 'if [ $RANK = 1 ]; then echo lost; exit 4; fi; sleep 600', '{type: pytorch, process_count_per_instance: 2}');
  const { code, job } = await runPipeline(box, 'torch');
  expect(code).toBe(1);
  expect(job.steps.train).toMatchObject({ status: 'Failed', exit_code: 4 });
  expect(job.steps.train?.error).toBe('The command (rank 1) ended with exit code 4.\nlost');
});

test('parameter servers end with the last TensorFlow worker', async () => {
  const box = sandbox();
  // The workers wait for the server's line: when they have ended, it is killed wherever it is.
  const served = box.path('served');
  const serve = `touch ${served}; sleep 600`;
  const work = `until [ -e ${served} ]; do sleep 0.02; done`;
  box.write('run.sh', `echo "$TF_CONFIG"; case $TF_CONFIG in *'"type":"ps"'*) ${serve} ;; *) ${work} ;; esac\n`);
  distributed(box, `bash ${box.path('run.sh')}`, '{type: tensorflow, worker_count: 2, parameter_server_count: 1}');
  expect((await runPipeline(box, 'flow')).code).toBe(0);
  const tasks = printed(box, 'flow', 'train')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line.replace(/^\[\w+ \d\] /, '')).task);
  expect(tasks.map(({ type, index }) => `${type} ${index}`).sort()).toEqual(['ps 0', 'worker 0', 'worker 1']);
  // Parameter servers come last.
  expect(JSON.parse(ownLog(box, 'flow', 'process_2')).task).toEqual({ type: 'ps', index: 0 });
});

test.runIf(hasMpi())('a real mpirun starts the ranks, and a failing rank fails the step', async () => {
  const box = sandbox();
  distributed(box, 'echo rank $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE', '{type: mpi, process_count_per_instance: 3}');
  expect((await runPipeline(box, 'mpi')).code).toBe(0);
  expect(printed(box, 'mpi', 'train').trim().split('\n').sort()).toEqual([
    '[rank 0] rank 0 of 3',
    '[rank 1] rank 1 of 3',
    '[rank 2] rank 2 of 3',
  ]);
  expect(ownLog(box, 'mpi', 'process_1')).toBe('rank 1 of 3\n');
  distributed(box, 'echo $OMPI_COMM_WORLD_RANK is lost; exit 3', '{type: mpi, process_count_per_instance: 2}');
  const failed = await runPipeline(box, 'bad');
  expect(failed.code).toBe(1);
  expect(failed.job.steps.train).toMatchObject({ exit_code: 3 });
  expect(failed.job.steps.train?.error).toMatch(/\[rank \d\] \d is lost\n/);
});

/** A folder of everything that is on the system's PATH, but for mpirun. */
function pathWithoutMpi(box: Sandbox): string {
  const bin = box.path('bin');
  mkdirSync(bin);
  for (const folder of ['/bin', '/usr/bin']) {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith('mpi') && !readdirSync(bin).includes(name)) symlinkSync(join(folder, name), join(bin, name));
    }
  }
  return bin;
}

test('without mpirun the step says which package brings it', async () => {
  const box = sandbox();
  distributed(box, 'true', '{type: mpi, process_count_per_instance: 2}');
  const bin = pathWithoutMpi(box);
  const { code, stderr } = await box.prl(['run', 'pipeline.yml', '--name', 'none'], { env: { PATH: bin, PARALLELRUN_PYTHON: undefined } });
  expect(code).toBe(1);
  expect(stderr).toContain('apt-get install openmpi-bin');
});

test('a command that cannot be started is not waited for until its timeout', async () => {
  const box = sandbox();
  distributed(box, 'true', '{type: mpi, process_count_per_instance: 2}\n    limits: {timeout: 3600}');
  const bin = pathWithoutMpi(box);
  box.write('bin/mpirun', '#!/bin/sh\nexit 1\n');
  chmodSync(box.path('bin/mpirun'), 0o755);
  const { code, job } = await runPipeline(box, 'none', ['pipeline.yml'], { PATH: bin, PARALLELRUN_PYTHON: undefined });
  expect(code).toBe(1);
  expect(job.steps.train?.error).toContain('no working `mpirun`');
});

test('a timeout of more days than a timer can hold does not end the command at once', async () => {
  const box = sandbox();
  distributed(box, 'sleep 0.2', '{type: pytorch, process_count_per_instance: 1}\n    limits: {timeout: 2592000}');
  expect((await runPipeline(box, 'month')).code).toBe(0);
});
