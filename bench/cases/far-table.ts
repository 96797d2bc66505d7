import { statSync } from 'node:fs';
import { join } from 'node:path';
import { duckdb, sqlText } from '../../src/data/duckdb.ts';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import { s3Server } from '../s3-server.ts';
import type { BenchCase } from '../types.ts';

const megabyte = 1024 ** 2;
const keys = 1_000_000;

/** Data in an object store, on this machine: what is fetched of a table, and how a long listing is planned. */
export const farTable: BenchCase = {
  name: 'far-table',
  about: 'a 1 GB Parquet table in S3 (its row groups of 100,000 rows cut into mini-batches of 1 MB), and a million keys in S3',
  repeat: 1,
  async prepare(bench) {
    const path = join(bench.folder, 'table.parquet');
    const rows = Math.round(25_000_000 * bench.scale);
    const columns = 'i AS id, random() AS a, random() AS b, hash(i) AS c, i % 1000 AS k';
    await (await duckdb()).run(
      `COPY (SELECT ${columns} FROM range(${rows}) t(i)) TO ${sqlText(path)} (FORMAT parquet, ROW_GROUP_SIZE 100000)`,
    );
    const share = (workers: number) => async () => {
      const server = await s3Server({ file: path });
      const input = { type: 'uri_file', path: 's3://bench/table.parquet' } as const;
      await runJob(bench, { script: 'read.ts', input, miniBatchSize: '1mb', workers, env: server.env });
      server.close();
      return server.sent() / statSync(path).size;
    };
    const planned = async () => {
      const server = await s3Server({ keys: Math.round(keys * bench.scale) });
      const script = join(import.meta.dirname, '..', 'scripts', 'plan-keys.ts');
      const { stdout, peakMegabytes } = await runProcess(process.execPath, [script], { env: server.env, memory: true });
      server.close();
      return { ...(JSON.parse(stdout) as { readonly first: number; readonly last: number }), peakMegabytes };
    };
    bench.say(`  a table of ${Math.round(statSync(path).size / megabyte)} MB`);
    return [
      { name: 'bytes fetched of the table, 2 workers', unit: '× its size', better: 'less', limit: 1.1, ours: share(2) },
      { name: 'bytes fetched of the table, 4 workers', unit: '× its size', better: 'less', limit: 1.1, ours: share(4) },
      { name: 'keys: first mini-batch planned after', unit: 's', better: 'less', limit: 1, ours: async () => (await planned()).first },
      { name: 'keys: all planned after', unit: 's', better: 'less', ours: async () => (await planned()).last },
      { name: 'keys: memory of planning', unit: 'MB', better: 'less', limit: 150, ours: async () => (await planned()).peakMegabytes },
    ];
  },
};
