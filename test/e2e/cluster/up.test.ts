import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowsOf, slowScript } from '../../support/cluster.ts';
import { freePort, natsServerProgram } from '../../support/nats-server.ts';
import { parallelJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';
import { gone, processesWith } from '../../support/processes.ts';

const program = natsServerProgram();

describe.skipIf(program === undefined)('prl up', () => {
  const env = { PATH: `${dirname(program ?? '')}${delimiter}${process.env.PATH ?? ''}` };

  it('runs a job on a cluster of its own, and leaves nothing', async () => {
    const box = sandbox();
    const job = parallelJob(box, { files: 30, script: slowScript(box.path('notes'), 0) });
    const { code, stderr } = await box.prl(['up', job, '--port', String(await freePort())], { env });
    expect(stderr).toContain('The node agent1 joins');
    expect(stderr).toContain('The node agent2 joins');
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(30));
    for (const pid of processesWith(`PARALLELRUN_HOME=${box.home}`)) await gone(pid);
  });

  it('without a job stays until it is interrupted; without a server says how to get one', async () => {
    const box = sandbox();
    const up = box.start(['up', '--port', String(await freePort())], { env });
    await up.printed('Ctrl-C ends all');
    up.child.kill('SIGINT');
    expect((await up.result).code).toBe(0);
    for (const pid of processesWith(`PARALLELRUN_HOME=${box.home}`)) await gone(pid);
    const { code, stderr } = await box.prl(['up'], { env: { PATH: '/nowhere' } });
    expect(code).toBe(2);
    expect(stderr).toContain('apt-get install nats-server');
  });
});
