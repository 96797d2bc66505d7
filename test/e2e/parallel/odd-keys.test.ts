import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { azureAccount, azureServer, hasAzureServer, signatureOf } from '../../support/object-servers.ts';
import { sandbox } from '../../support/prl.ts';

/** Every printable character that a file's name may hold, and some that are not printable. */
const ascii = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).filter((character) => !'/\\'.includes(character));
const odd = [`${ascii.join('')} x`, 'é ü 漢字 🙂', ' leading and trailing ', '%41%2F', 'a+b&c=d', 'it\'s "quoted"', '.hidden', '-rf'];

test.skipIf(!hasAzureServer)(
  'side inputs of a datastore: odd keys, and what cannot be fetched is told by datastore, place and key',
  async () => {
    const server = await azureServer();
    for (const name of odd) await server.put('data', `odd/${name}`, name);
    for (const key of ['both/a', 'both/a/b', 'climbs/x//y']) await server.put('data', key, 'x');
    const box = sandbox();
    const { account } = azureAccount;
    const datastore = (name: string, sas: string) =>
      box.write(
        `${name}.yml`,
        `name: ${name}\ntype: azure_blob\naccount_name: ${account}\ncontainer_name: data\nendpoint: ${server.url}\ncredentials: {sas_token: "${sas}"}\n`,
      );
    datastore('blobs', signatureOf('data'));
    datastore('expired', signatureOf('data', { until: '2001-01-01T00:00:00Z' }));
    datastore('readable', signatureOf('data', { rights: 'r' }));
    for (const name of ['blobs', 'expired', 'readable'])
      expect((await box.prl(['datastore', 'create', '--file', `${name}.yml`])).code).toBe(0);
    const run = async (path: string, type = 'uri_folder') => {
      box.write(
        'job.yml',
        `type: command\ncommand: ls -A1 \${{inputs.side}} | wc -l\ninputs: {side: {type: ${type}, path: "azureml://datastores/${path}"}}\n`,
      );
      return box.prl(['run', 'job.yml', '--name', path.replace(/\W+/g, '_')]);
    };
    const fetched = await run('blobs/paths/odd');
    expect(fetched.code, fetched.stderr).toBe(0);
    const folder = join(box.home, 'jobs/blobs_paths_odd/steps/main/inputs/side/odd');
    expect(odd.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(odd);

    const told = async (path: string, type?: string) => (await run(path, type)).stderr;
    expect(await told('blobs/paths/both')).toMatch(
      /The input side could not be fetched from \S+\/data\/both: .*data\/both\/a(?:\/b)?: another object is called like a folder of it/s,
    );
    expect(await told('blobs/paths/climbs')).toMatch(/data\/climbs\/x\/\/y cannot be the path of a file on this machine/);
    expect(await told('blobs/paths/nothing')).toMatch(/The input side could not be fetched from \S+\/data\/nothing: it is not there/);
    expect(await told('expired/paths/odd')).toMatch(
      /The input side could not be fetched from \S+\/data\/odd: .*signature of the datastore expired .*has expired/,
    );
    expect(await told('readable/paths/odd')).toMatch(/signature of the datastore readable does not allow to list the container/);
    expect((await run('readable/paths/odd/-rf', 'uri_file')).code).toBe(0);
    const check = await box.prl(['datastore', 'check', 'readable']);
    expect(check.stderr).toMatch(/The datastore readable: .*does not allow to list/);
  },
);
