import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '../measure.ts';
import { runJob } from '../prl.ts';
import { azurite, type Server, s3 } from '../servers.ts';
import type { Bench, BenchCase, Contest } from '../types.ts';

const bytes = 100 * 1024;
const threads = '16';
const program = join(import.meta.dirname, '..', 'yardsticks', 'blobs.py');

/** Every file of an object store read by a script, beside the store's own client in a pool of threads. */
export const stores: BenchCase = {
  name: 'stores',
  about:
    '10,000 objects of 100 kB in Azure Blob Storage (Azurite) and S3 (rclone), each read by a Python run(), 2 workers; from prompt to prompt',
  repeat: 3,
  async prepare(bench) {
    const count = Math.round(10_000 * bench.scale);
    const python = await clients(bench);
    const azure = await azurite(join(bench.folder, 'azurite'));
    await runProcess(python, [program, 'azure', 'put', String(count), String(bytes)], { env: azure.env });
    const folder = join(bench.folder, 's3');
    fill(join(folder, 'bench'), count);
    const bucket = await s3(folder, bench.python);
    process.once('exit', () => {
      azure.stop();
      bucket.stop();
    });
    const contest = (name: string, kind: string, path: string, server: Server): Contest => ({
      name,
      unit: 'files/s',
      better: 'more',
      ours: async () => {
        const job = {
          script: 'size.py',
          input: { type: 'uri_folder' as const, path },
          miniBatchSize: '20',
          appendRow: 'out.txt',
          env: server.env,
        };
        return count / (await runJob(bench, job, (output) => check(output, count))).seconds;
      },
      yardsticks: [
        {
          name: `${kind} with ${threads} threads`,
          factor: 1.5,
          measure: async () => {
            const target = join(bench.folder, 'yardstick.txt');
            const { seconds } = await runProcess(python, [program, kind, threads, target], { env: server.env });
            check(target, count);
            return count / seconds;
          },
        },
      ],
    });
    return [contest('Azurite', 'azure', 'wasbs://bench@bench.blob.core.windows.net/', azure), contest('S3', 's3', 's3://bench/', bucket)];
  },
};

/** An interpreter with the clients of both stores. */
async function clients({ folder, python }: Bench): Promise<string> {
  const uv = join(python, '..', 'uv');
  const own = join(folder, 'clients');
  await runProcess(uv, ['venv', '--quiet', '--python', python, own]);
  await runProcess(uv, ['pip', 'install', '--quiet', '--python', join(own, 'bin', 'python'), 'azure-storage-blob', 'boto3']);
  return join(own, 'bin', 'python');
}

function fill(root: string, count: number): void {
  const content = Buffer.from(Array.from({ length: bytes }, (_, index) => index % 256));
  for (let at = 0; at < count; at++) {
    const folder = join(root, `part${String(Math.floor(at / 1000)).padStart(5, '0')}`);
    if (at % 1000 === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `item${String(at % 1000).padStart(4, '0')}.bin`), content);
  }
}

/** Both read all of everything, in the same order. */
function check(output: string, count: number): void {
  const lines = readFileSync(output, 'utf8').trim().split('\n');
  const last = `item${String((count - 1) % 1000).padStart(4, '0')}.bin ${bytes}`;
  if (lines.length !== count || lines.at(-1) !== last) throw new Error(`${output} has ${lines.length} lines, the last ${lines.at(-1)}`);
}
