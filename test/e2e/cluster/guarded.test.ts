/** A server beyond this machine's walls: TLS, an nkey for each, and only the subjects that the documentation names. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { begun, rowsOf, slowScript } from '../../support/cluster.ts';
import { certificate, natsServer, natsServerProgram } from '../../support/nats-server.ts';
import { parallelJob } from '../../support/parallel-job.ts';
import { sandbox } from '../../support/prl.ts';
import { gone, processesWith } from '../../support/processes.ts';

const documentation = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'cluster.md'), 'utf8');

/** The permissions of the documentation, with the keys of this test. */
function documentedUsers(keys: Readonly<Record<string, string>>): string {
  const [block = ''] = /accounts \{[\s\S]*?\n\}/.exec(documentation) ?? [];
  return block.replaceAll(/nkey: (\w+)_KEY/g, (_, name: string) => `nkey: ${keys[name.toLowerCase()] ?? '?'}`);
}

describe.skipIf(natsServerProgram() === undefined)('a guarded cluster', () => {
  it('runs jobs over TLS with nkeys and the documented permissions; others hear nothing of it; a cancel ends all workers', async () => {
    const box = sandbox();
    const { key: keyFile, cert: certFile } = certificate(box.directory, 'DNS:localhost,IP:127.0.0.1');
    const users = { coordinator: nkeys.createUser(), agent: nkeys.createUser(), stranger: nkeys.createUser() };
    const keys = Object.fromEntries(Object.entries(users).map(([name, pair]) => [name, pair.getPublicKey()]));
    const server = await natsServer([`tls { cert_file: "${certFile}", key_file: "${keyFile}" }`, documentedUsers(keys)]);
    const seed = (name: keyof typeof users) => {
      const file = box.write(`${name}.nk`, new TextDecoder().decode(users[name].getSeed()));
      execFileSync('chmod', ['600', file]);
      return file;
    };
    const url = `tls://localhost:${server.port}`;
    const make = ['compute', 'create', 'team', '--type', 'nats', '--url', url, '--credentials-file', seed('coordinator')];
    expect((await box.prl([...make, '--ca-file', certFile, '--space', 'team'])).code).toBe(0);
    const heard: string[] = [];
    const stranger = await connect({
      servers: server.url,
      tls: { caFile: certFile },
      authenticator: nkeyAuthenticator(users.stranger.getSeed()),
    });
    onTestFinished(() => stranger.close());
    stranger.subscribe('>', {
      callback: (_, message) => {
        heard.push(message.subject);
      },
    });
    const agent = box.start([
      'agent',
      '--nats',
      url,
      '--credentials',
      seed('agent'),
      '--ca',
      certFile,
      '--space',
      'team',
      '--name',
      'one',
      '--slots',
      '2',
    ]);
    await agent.printed('agent one: ');
    const notes = box.path('notes');
    const settings = ['compute: azureml:team'];
    const quick = parallelJob(box, { files: 20, script: slowScript(notes, 0), settings });
    const { code, stderr } = await box.prl(['run', quick]);
    expect(stderr).not.toContain('ermission');
    expect(code).toBe(0);
    expect(readFileSync(box.path('rows.txt'), 'utf8')).toBe(rowsOf(20));
    const slow = parallelJob(box, { files: 20, script: slowScript(box.path('slow'), 600), settings });
    await box.prl(['job', 'create', '--file', slow, '--name', 'endless']);
    await begun(box.path('slow'), 2);
    const canceled = await box.prl(['job', 'cancel', '--name', 'endless']);
    expect(canceled.code).toBe(0);
    for (const pid of processesWith('AZUREML_ROOT_RUN_ID=endless')) await gone(pid);
    await agent.printed('job endless, step main has ended here');
    expect(heard.filter((each) => each.includes('parallelrun'))).toEqual([]);
  });
});
