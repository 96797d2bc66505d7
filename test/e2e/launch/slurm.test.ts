import { execFileSync } from 'node:child_process';
import { chmodSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { begun, rowsOf, slowScript } from '../../support/cluster.ts';
import { natsServer, natsServerProgram } from '../../support/nats-server.ts';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';
import { gone, processesWith } from '../../support/processes.ts';
import { hasSlurm, type TestSlurm, testSlurm } from '../../support/slurm.ts';

const onCluster = ['compute: azureml:cluster', 'resources: { instance_count: 2 }'];

/** The compute `cluster`: its agents are jobs of Slurm. @param launcher lines of its settings */
async function slurmCompute(box: Sandbox, launcher: readonly string[] = []): Promise<TestSlurm> {
  const [slurm, server] = await Promise.all([testSlurm(), natsServer(['authorization { token: "s3cret-token" }'])]);
  box.write('token', 's3cret-token');
  const lines = [
    'type: nats',
    `url: ${server.url}`,
    'ack_wait: 2',
    'credentials_file: ./token',
    'launcher:',
    '  type: slurm',
    ...launcher.map((line) => `  ${line}`),
  ];
  box.write('parallelrun.yml', `computes:\n  cluster:\n${lines.map((line) => `    ${line}\n`).join('')}`);
  chmodSync(box.path('token'), 0o600);
  return slurm;
}

/** Neither a job of Slurm nor a process, of the agents and of what they have started. */
async function leavesNothing(slurm: TestSlurm, box: Sandbox): Promise<void> {
  while ((await slurm.run('squeue', '-h')) !== '') await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of processesWith(`PARALLELRUN_HOME=${box.home}\0`)) await gone(pid);
}

describe.skipIf(!hasSlurm() || natsServerProgram() === undefined)('a compute of Slurm', () => {
  it('gives a step two nodes, and the output of a local run; a node that dies is replaced at once', async () => {
    const box = sandbox();
    const slurm = await slurmCompute(box);
    const notes = box.path('notes');
    const files = 200;
    const job = parallelJob(box, { files, script: slowScript(notes, 0.05), settings: onCluster });
    const run = box.start(['run', job, '--name', 'one'], { env: slurm.env });
    await run.printed('The node n2 joins');
    await run.printed('The node n1 joins');
    await begun(notes, 20);
    await slurm.killNode('n1');
    await run.printed(/Slurm job \d+ on n1 is given back/);
    await run.printed(/Waiting for 1 of 2 nodes; Slurm says: \w+ \(job \d+\)/);
    slurm.startNode('n1');
    const { code, stderr } = await run.result;
    expect(stderr).not.toContain('Failed');
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    const { main } = await showJob(box, 'one');
    expect(main.mini_batches).toMatchObject({ total: files, done: files, failed: 0, retries: 0 });
    await leavesNothing(slurm, box);
    expect(secretsIn(box)).toEqual([]);
  });

  it('is given back when the job is canceled, and when a job is resumed whose coordinator was killed', async () => {
    const box = sandbox();
    const slurm = await slurmCompute(box);
    const notes = box.path('notes');
    const files = 100;
    const job = parallelJob(box, { files, script: slowScript(notes, 0.1), settings: onCluster });
    const run = box.start(['run', job, '--name', 'again'], { env: slurm.env });
    await begun(notes, 20);
    const jobs = await slurm.run('squeue', '-h', '-o', '%i');
    run.child.kill('SIGKILL');
    await run.result;
    const resumed = box.start(['job', 'resume', '--name', 'again', '--stream'], { env: slurm.env });
    await begun(notes, 50);
    expect(await slurm.run('squeue', '-h', '-t', 'running', '-o', '%i')).not.toContain(jobs);
    await box.prl(['job', 'cancel', '--name', 'again'], { env: slurm.env });
    expect((await resumed.result).code).toBe(130);
    await leavesNothing(slurm, box);
    const { code } = await box.prl(['job', 'resume', '--name', 'again', '--stream'], { env: slurm.env });
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    await leavesNothing(slurm, box);
  });

  it('goes on, in another allocation, where a time limit was reached', async () => {
    const box = sandbox();
    const slurm = await slurmCompute(box, ['time_limit: 5', 'leave_before: 1']);
    const notes = box.path('notes');
    const files = 6;
    const go = box.path('go');
    const script = `${slowScript(notes, 0)}\ndef wait(run):\n    def waiting(mini_batch):\n        rows = run(mini_batch)\n        while not os.path.exists(${JSON.stringify(go)}):\n            time.sleep(0.1)\n        return rows\n    return waiting\nrun = wait(run)\n`;
    const job = parallelJob(box, { files, script, settings: [onCluster[0] ?? '', 'retry_settings: { max_retries: 0 }'] });
    const run = box.start(['run', job, '--name', 'limited'], { env: slurm.env });
    await begun(notes, 2);
    await slurm.run('scontrol', 'update', `JobId=${(await slurm.run('squeue', '-h', '-o', '%i')).trim()}`, 'EndTime=now');
    await run.printed(/Slurm job \d+ on n\d (?:has ended \(TIMEOUT|is given back)/);
    await begun(notes, 4);
    box.write('go', '');
    const { code, stderr } = await run.result;
    expect(stderr).not.toContain('Failed');
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    await leavesNothing(slurm, box);
  });

  it('runs commands, each on the nodes of one allocation: MPI, PyTorch, a plain one', async () => {
    const box = sandbox();
    const slurm = await slurmCompute(box);
    const file = box.write(
      'pipeline.yml',
      [
        'type: pipeline',
        'settings: { default_compute: azureml:cluster, continue_on_step_failure: true }',
        'jobs:',
        '  plain: { type: command, command: "echo $GREETING from $SLURMD_NODENAME; exit 3", environment_variables: { GREETING: hello } }',
        '  mpi:',
        '    type: command',
        '    command: echo $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE on $SLURMD_NODENAME',
        '    resources: { instance_count: 2 }',
        '    distribution: { type: mpi, process_count_per_instance: 2 }',
        '  torch:',
        '    type: command',
        '    command: echo $RANK of $WORLD_SIZE on $SLURMD_NODENAME $NODE_RANK $LOCAL_RANK by $MASTER_ADDR',
        '    resources: { instance_count: 2 }',
        '    distribution: { type: pytorch, process_count_per_instance: 2 }',
        '',
      ].join('\n'),
    );
    const { stderr } = await box.prl(['run', file, '--name', 'commands'], { env: slurm.env });
    expect(stderr).toContain('Step plain failed: The command ended with exit code 3.\n    hello from n');
    const printed = (step: string) =>
      readFileSync(join(box.home, 'jobs', 'commands', 'steps', step, 'logs', 'user', 'std_log.txt'), 'utf8');
    const linesOf = (step: string) => printed(step).trim().split('\n').sort();
    expect(linesOf('mpi')).toEqual([0, 1, 2, 3].map((rank) => `[rank ${rank}] ${rank} of 4 on n${rank < 2 ? 1 : 2}`));
    const [, address = ''] = / by (\S+)/.exec(printed('torch')) ?? [];
    expect(address).toMatch(/^[\w.-]+$/);
    expect(linesOf('torch')).toEqual(
      [0, 1, 2, 3].map((rank) => `[rank ${rank}] ${rank} of 4 on n${rank < 2 ? 1 : 2} ${rank < 2 ? 0 : 1} ${rank % 2} by ${address}`),
    );
    await leavesNothing(slurm, box);
  });

  it('runs a command again whose coordinator was killed, and none after a cancel', async () => {
    const box = sandbox();
    const slurm = await slurmCompute(box);
    const command = `touch ${box.path('begun')}.$SLURM_JOB_ID; sleep 1000`;
    const file = box.write('job.yml', `type: command\ncommand: ${command}\ncompute: azureml:cluster\n`);
    const begins = async (times: number) => {
      while (globSync('begun.*', { cwd: box.directory }).length < times) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const run = box.start(['run', file, '--name', 'again'], { env: slurm.env });
    await begins(1);
    run.child.kill('SIGKILL');
    await run.result;
    const resumed = box.start(['job', 'resume', '--name', 'again', '--stream'], { env: slurm.env });
    await begins(2);
    expect((await slurm.run('squeue', '-h', '-t', 'running')).trim().split('\n')).toHaveLength(1);
    await box.prl(['job', 'cancel', '--name', 'again'], { env: slurm.env });
    expect((await resumed.result).code).toBe(130);
    await leavesNothing(slurm, box);
  });

  it('tells in the words of Slurm why there are no nodes', async () => {
    const box = sandbox();
    const slurm = await slurmCompute(box, ['partition: nowhere']);
    const job = parallelJob(box, { files: 2, script: slowScript(box.path('notes'), 0), settings: onCluster });
    const run = async (env: Readonly<Record<string, string>> = slurm.env) => (await box.prl(['run', job], { env })).stderr;
    expect(await run()).toContain('Slurm refuses (sbatch): invalid partition specified: nowhere');
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    expect(await run({ PATH: '/nowhere', PARALLELRUN_PYTHON: python })).toContain('there is no squeue on the PATH');
    await slurm.stopController();
    expect(await run()).toContain('Slurm does not answer');
    await slurm.startController();
    const settings = readFileSync(box.path('parallelrun.yml'), 'utf8');
    box.write('parallelrun.yml', settings.replace('partition: nowhere', 'prl: [/nowhere/prl]'));
    expect(await run()).toMatch(
      /No agent could be brought to work.*ended before its agent had come: Slurm says FAILED.*\/nowhere\/prl: No such file/s,
    );
    await leavesNothing(slurm, box);
  });
});

/** Files of the home that hold the token. */
function secretsIn({ home }: Sandbox): readonly string[] {
  const files = globSync('**/*', { cwd: home, withFileTypes: true }).filter((each) => each.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name)).filter((file) => readFileSync(file).includes('s3cret-token'));
}
