import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { begun, rowsOf, slowScript } from '../../support/cluster.ts';
import { natsServer, natsServerProgram } from '../../support/nats-server.ts';
import { parallelJob } from '../../support/parallel-job.ts';
import { type Sandbox, sandbox } from '../../support/prl.ts';
import { gone, processesWith } from '../../support/processes.ts';
import { hasSshd, testSshd } from '../../support/sshd.ts';

/** The compute `cluster`: two machines, which are this one. */
async function sshCompute(box: Sandbox, more: readonly string[] = []): Promise<void> {
  const [sshd, server] = await Promise.all([testSshd(), natsServer()]);
  const hosts = [`127.0.0.1:${sshd.port}`, `localhost:${sshd.port}`, ...more];
  const lines = [
    'type: nats',
    `url: ${server.url}`,
    'launcher:',
    '  type: ssh',
    `  hosts: [${hosts.map((host) => JSON.stringify(host)).join(', ')}]`,
    `  identity_file: ${sshd.identityFile}`,
    '  extra_args: [-o, StrictHostKeyChecking=no, -o, UserKnownHostsFile=/dev/null]',
    // What is started there does not inherit it.
    `  setup: export PRL_TEST_BOX=${box.directory}`,
  ];
  box.write('parallelrun.yml', `computes:\n  cluster:\n${lines.map((line) => `    ${line}\n`).join('')}`);
}

describe.skipIf(!hasSshd() || natsServerProgram() === undefined)('a compute of ssh', () => {
  it('has agents on its machines as long as the step runs; a machine that does not answer is passed over', async () => {
    const box = sandbox();
    await sshCompute(box, ['127.0.0.1:1']);
    const notes = box.path('notes');
    const files = 60;
    const settings = ['compute: azureml:cluster', 'resources: { instance_count: 3 }'];
    const job = parallelJob(box, { files, script: slowScript(notes, 0.05), settings });
    const { code, stderr } = await box.prl(['run', job, '--name', 'over']);
    expect(stderr).toMatch(
      /ssh connection 127\.0\.0\.1:1#\d ended before its agent had come: ssh says exit code 255\. .*Connection refused/,
    );
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    for (const pid of processesWith(`PRL_TEST_BOX=${box.directory}`)) await gone(pid);
  });

  it('leaves nothing on its machines when the coordinator is killed, and runs a command there', async () => {
    const box = sandbox();
    await sshCompute(box);
    const notes = box.path('notes');
    const settings = ['compute: azureml:cluster', 'resources: { instance_count: 2 }'];
    const job = parallelJob(box, { files: 200, script: slowScript(notes, 0.2), settings });
    const run = box.start(['run', job]);
    await begun(notes, 5);
    expect(processesWith(`PRL_TEST_BOX=${box.directory}`)).not.toEqual([]);
    run.child.kill('SIGKILL');
    for (const pid of processesWith(`PRL_TEST_BOX=${box.directory}`)) await gone(pid);
    const file = box.write('command.yml', 'type: command\ncommand: echo by $SSH_CONNECTION\ncompute: azureml:cluster\n');
    const { stderr } = await box.prl(['run', file]);
    expect(stderr).toContain('by 127.0.0.1 ');
  });
});
