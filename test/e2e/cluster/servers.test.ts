import { readFileSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { begun, rowsOf, slowScript } from '../../support/cluster.ts';
import { freePort, natsServer, natsServerProgram } from '../../support/nats-server.ts';
import { parallelJob, showJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';

describe.skipIf(natsServerProgram() === undefined)('three servers', () => {
  it('the one that leads the queue is killed in the middle, and nothing is lost', async () => {
    const box = sandbox();
    const routes = await Promise.all([freePort(), freePort(), freePort()]);
    const all = routes.map((port) => `nats://127.0.0.1:${port}`).join(', ');
    const servers = await Promise.all(
      routes.map((port, at) =>
        natsServer([`server_name: s${at}`, `cluster { name: three, listen: "127.0.0.1:${port}", routes: [${all}] }`]),
      ),
    );
    const url = servers.map((server) => server.url).join(',');
    box.write('parallelrun.yml', `computes:\n  cluster: { type: nats, url: "${url}", replicas: 3 }\n`);
    await box.start(['agent', '--compute', 'cluster', '--name', 'one', '--slots', '2']).printed('agent one: ');
    const notes = box.path('notes');
    const files = 200;
    const settings = ['compute: cluster', 'retry_settings: { max_retries: 0, timeout: 60 }'];
    const job = parallelJob(box, { files, script: slowScript(notes, 0.1), settings });
    const run = box.start(['run', job, '--name', 'led']);
    await begun(notes, 20);
    const nc = await connect({ servers: servers.map((server) => server.url) });
    const info = (await nc.request('$JS.API.STREAM.INFO.PARALLELRUN_default')).json<{ cluster: { leader: string }; config: object }>();
    await nc.close();
    expect(info.config).toMatchObject({ num_replicas: 3, retention: 'workqueue' });
    await servers[Number(info.cluster.leader.slice(1))]?.kill();
    const { code, stderr } = await run.result;
    expect(stderr).not.toContain('counts as dead');
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(files));
    const { main } = await showJob(box, 'led');
    expect(main.mini_batches).toMatchObject({ total: files, done: files, failed: 0, retries: 0 });
  });
});
