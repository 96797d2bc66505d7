import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { begun, rowsOf, slowScript } from '../../support/cluster.ts';
import { canMakeHosts, twoHosts } from '../../support/hosts.ts';
import { certificate, natsServer, natsServerProgram } from '../../support/nats-server.ts';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';
import { gone, processesWith } from '../../support/processes.ts';

describe.skipIf(natsServerProgram() === undefined || !canMakeHosts())('two hosts', () => {
  it('a cable that is cut for a moment costs nothing; for longer, the other host does the work until it is whole again', async () => {
    const box = sandbox();
    const { here, there, cut, heal } = twoHosts();
    const { key, cert } = certificate(box.directory, `IP:${here.address}`);
    const secret = box.write('token', 'a token');
    execFileSync('chmod', ['600', secret]);
    const settings = ['authorization { token: "a token" }', `tls { cert_file: "${cert}", key_file: "${key}" }`];
    const server = await natsServer(settings, { host: here.address, via: here.via });
    const compute = [
      'type: nats',
      `url: tls://${here.address}:${server.port}`,
      `ca_file: ${cert}`,
      `credentials_file: ${secret}`,
      'ack_wait: 3',
    ];
    box.write('parallelrun.yml', `computes:\n  cluster:\n${compute.map((line) => `    ${line}\n`).join('')}`);
    const agents = [here, there].map(({ via }, at) =>
      box.start(['agent', '--compute', 'cluster', '--name', at === 0 ? 'near' : 'far', '--slots', '2'], { via }),
    );
    await Promise.all(agents.map((agent) => agent.printed(/agent \w+: /)));
    const notes = box.path('notes');
    const files = 300;
    const job = parallelJob(box, {
      files,
      script: slowScript(notes, 0.1),
      settings: ['compute: cluster', 'resources: { instance_count: 2 }', 'retry_settings: { max_retries: 0, timeout: 60 }'],
    });
    const run = box.start(['run', job, '--name', 'cable'], { via: here.via });
    await begun(notes, 20);
    cut();
    await sleep(1000);
    heal();
    await begun(notes, 60);
    cut();
    await run.printed('The node far counts as dead: it has not been heard of');
    heal();
    await run.printed(/The node far counts as dead[\s\S]*The node far joins/);
    const { code, stderr } = await run.result;
    expect(code).toBe(0);
    expect(stderr.match(/counts as dead/g)).toHaveLength(1);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    const { main } = await showJob(box, 'cable');
    expect(main.mini_batches).toMatchObject({ total: files, done: files, failed: 0, retries: 0 });
    for (const pid of processesWith('AZUREML_ROOT_RUN_ID=cable')) await gone(pid);
  });
});
