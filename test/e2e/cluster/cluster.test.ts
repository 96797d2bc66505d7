import { readFileSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { begun, rowsOf, slowScript, testCluster } from '../../support/cluster.ts';
import { natsServerProgram } from '../../support/nats-server.ts';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';
import { gone, processesWith } from '../../support/processes.ts';

const onCluster = ['compute: azureml:cluster', 'resources: { instance_count: 3 }', 'retry_settings: { max_retries: 0, timeout: 30 }'];

describe.skipIf(natsServerProgram() === undefined)('a step on a cluster', () => {
  it('ends with the output of a local run, whatever dies: a worker, an agent, the server; nodes join and leave', async () => {
    const box = sandbox();
    const cluster = await testCluster(box, [], ['ack_wait: 2']);
    const notes = box.path('notes');
    const files = 200;
    const settings = [...onCluster, 'mini_batch_error_threshold: 5'];
    const job = parallelJob(box, { files, script: slowScript(notes, 0.1), settings });
    const [doomed, leaver] = await Promise.all([cluster.agent('doomed'), cluster.agent('leaver')]);
    const run = box.start(['run', job, '--name', 'all']);
    await begun(notes, 20);
    doomed.child.kill('SIGKILL');
    const stayer = await cluster.agent('stayer');
    await run.printed('The node stayer joins');
    leaver.child.kill('SIGTERM');
    expect((await leaver.result).code).toBe(0);
    await begun(notes, 100);
    await cluster.server.kill();
    await cluster.server.start();
    await run.printed('The node doomed counts as dead: it has not been heard of');
    const { code, stderr } = await run.result;
    expect(stderr).not.toContain('Failed');
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    const { main } = await showJob(box, 'all');
    expect(main.mini_batches).toMatchObject({ total: files, done: files, failed: 0, retries: 0 });
    await stayer.printed('job all, step main has ended here');
    for (const pid of processesWith('AZUREML_ROOT_RUN_ID=all')) await gone(pid);
  });

  it('goes on where a killed coordinator stopped; a killed worker costs its mini-batch alone', async () => {
    const box = sandbox();
    const cluster = await testCluster(box);
    const notes = box.path('notes');
    const files = 120;
    const job = parallelJob(box, {
      files,
      script: slowScript(notes, 0.05),
      settings: [...onCluster.slice(0, 2), 'retry_settings: { max_retries: 1 }'],
    });
    await Promise.all([cluster.agent('one'), cluster.agent('two')]);
    const run = box.start(['run', job, '--name', 'again']);
    const [first = ''] = await begun(notes, 10);
    process.kill(Number(first.split('.').at(-1)), 'SIGKILL');
    await begun(notes, 40);
    run.child.kill('SIGKILL');
    await run.result;
    const { code, stderr } = await box.prl(['job', 'resume', '--name', 'again', '--stream']);
    expect(stderr).not.toContain('Failed');
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    const { main } = await showJob(box, 'again');
    expect(main.mini_batches).toMatchObject({ total: files, done: files, failed: 0 });
    for (const pid of processesWith('AZUREML_ROOT_RUN_ID=again')) await gone(pid);
  });

  it('goes on without a node that is silent for too long, takes it back when it is heard again, and makes a lost queue again', async () => {
    const box = sandbox();
    const cluster = await testCluster(box, [], ['ack_wait: 2']);
    const notes = box.path('notes');
    const files = 200;
    const job = parallelJob(box, { files, script: slowScript(notes, 0.1), settings: onCluster });
    const [silent] = await Promise.all([cluster.agent('silent'), cluster.agent('other')]);
    const run = box.start(['run', job, '--name', 'silence']);
    await begun(notes, 20);
    silent.child.kill('SIGSTOP');
    await run.printed('The node silent counts as dead: it has not been heard of');
    silent.child.kill('SIGCONT');
    await run.printed(/The node silent joins[\s\S]*The node silent joins/);
    const nc = await connect({ servers: cluster.server.url });
    await nc.request('$JS.API.STREAM.DELETE.PARALLELRUN_default', '');
    await nc.close();
    await run.printed('The queue of the NATS server is gone');
    expect((await run.result).code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    const { main } = await showJob(box, 'silence');
    expect(main.mini_batches).toMatchObject({ total: files, done: files, failed: 0, retries: 0 });
  });
});
