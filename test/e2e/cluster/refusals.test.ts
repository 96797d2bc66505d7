/** What cannot work is said at once, by its name. */
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { connect } from '@nats-io/transport-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testCluster } from '../../support/cluster.ts';
import { freePort, natsServer, natsServerProgram } from '../../support/nats-server.ts';
import { parallelJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

const main = new URL('../../../src/cli/main.ts', import.meta.url).pathname;
const script = 'def init(): pass\ndef run(mini_batch): return [1] * len(mini_batch)\n';
const onCluster = ['compute: azureml:cluster'];

describe.skipIf(natsServerProgram() === undefined)('a cluster that cannot be used', () => {
  it('a server that is not there, without JetStream, or too old', async () => {
    const box = sandbox();
    const nobody = await box.prl(['agent', '--nats', `nats://127.0.0.1:${await freePort()}`]);
    expect(nobody.code).toBe(2);
    expect(nobody.stderr).toMatch(/There is no NATS server at nats:\/\/127\.0\.0\.1:\d+ that can be spoken to/);
    const plain = await natsServer([], { jetStream: false });
    expect((await box.prl(['agent', '--nats', plain.url])).stderr).toContain('runs without JetStream');
    const old = createServer((socket) => {
      socket.write('INFO {"server_id":"X","version":"2.9.10","proto":1,"max_payload":1048576,"headers":true,"jetstream":true}\r\n');
      socket.on('data', (bytes) => {
        if (bytes.toString().includes('PING')) socket.write('PONG\r\n');
      });
      socket.on('error', () => {});
    });
    const port = await freePort();
    await new Promise<void>((resolve) => old.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => {
      old.close();
    });
    const { stderr } = await box.prl(['agent', '--nats', `nats://127.0.0.1:${port}`]);
    expect(stderr).toContain('is version 2.9.10: 2.10.23 or newer is needed');
  });

  it('credentials that are missing, wrong, open to others, or in the address', async () => {
    const box = sandbox();
    const { url, port } = await natsServer(['authorization { token: "right" }']);
    expect((await box.prl(['agent', '--nats', url])).stderr).toContain('refuses whoever brings no credentials');
    const wrong = { env: { PARALLELRUN_NATS_CREDENTIALS: 'wrong' } };
    const refused = await box.prl(['agent', '--nats', url], wrong);
    expect(refused.stderr).toContain('refuses these credentials');
    expect(refused.stderr).not.toContain('wrong');
    const file = box.write('token', 'right\n');
    expect((await box.prl(['agent', '--nats', url, '--credentials', file])).stderr).toContain(`chmod 600 ${file}`);
    execFileSync('chmod', ['600', file]);
    await box.start(['agent', '--nats', url, '--credentials', file, '--name', 'in']).printed('agent in: ');
    const told = await box.prl(['agent', '--nats', `nats://right@127.0.0.1:${port}`]);
    expect(told.stderr).toContain('has a secret in it');
    expect(told.stderr).not.toContain('right');
    const far = await box.prl(['agent', '--nats', 'nats://10.255.0.1:4222', '--credentials', file]);
    expect(far.stderr).toContain('is on another machine: it is only used over TLS and with credentials');
  });

  it('a queue that somebody else has made too small, and a second coordinator', async () => {
    const box = sandbox();
    const { server } = await testCluster(box);
    const nc = await connect({ servers: server.url });
    onTestFinished(() => nc.close());
    const stream = {
      name: 'PARALLELRUN_default',
      subjects: ['parallelrun.default.queue.>'],
      retention: 'workqueue',
      discard: 'new',
      max_bytes: 1024,
    };
    await nc.request('$JS.API.STREAM.CREATE.PARALLELRUN_default', JSON.stringify(stream));
    const job = parallelJob(box, { files: 2, script, settings: onCluster });
    const small = await box.prl(['run', job]);
    expect(small.code).toBe(1);
    expect(small.stderr).toContain('cannot be the queue of jobs: it holds 1024 bytes');
    nc.subscribe('parallelrun.default.step.*.who', {
      callback: (_, message) => {
        message.respond('"process 1 on another machine"');
      },
    });
    expect((await box.prl(['run', job])).stderr).toContain('has a coordinator already');
  });

  it('agents that cannot run the step: of another version, with another folder in place of the shared one', async () => {
    const box = sandbox();
    const { server, agent } = await testCluster(box);
    const nc = await connect({ servers: server.url });
    onTestFinished(() => nc.close());
    const hello = {
      version: '0.0.1',
      id: 'x',
      name: 'elderly',
      slots: 1,
      free: 1,
      labels: [],
      leaving: false,
      cores: 1,
      memoryBytes: 1,
      gpus: 0,
    };
    nc.subscribe('parallelrun.default.roll', { callback: () => nc.publish('parallelrun.default.hello', JSON.stringify(hello)) });
    // The home is there under its path, and is another folder.
    box.write('home/.keep', '');
    const apart = `mount -t tmpfs none ${box.home} && exec ${process.execPath} ${main} agent --nats ${server.url} --name apart`;
    const child = spawn('unshare', ['--mount', 'sh', '-c', apart], { stdio: 'pipe', env: { ...process.env, PARALLELRUN_HOME: box.home } });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.stderr.once('data', resolve));
    const checked = await box.prl(['compute', 'check', 'cluster', '--output', 'json']);
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.stdout)).toMatchObject([
      { node: 'apart', problem: expect.stringContaining('is not the same folder there') },
      { node: 'elderly', problem: expect.stringContaining('its agent is version 0.0.1') },
    ]);
    const job = parallelJob(box, { files: 2, script, settings: onCluster });
    const { code, stderr } = await box.prl(['run', job]);
    expect(code).toBe(1);
    expect(stderr).toContain('No node of the compute cluster can run the step');
    expect(stderr).toMatch(/apart: .*the home of the job must lie in a folder that all nodes share/);
    expect(stderr).toContain('elderly: its agent is version 0.0.1 of parallelrun');
    await agent('fit');
    const ran = await box.prl(['run', job]);
    expect(ran.stderr).toContain('The node elderly is left alone');
    expect(ran.code).toBe(0);
  });
});
