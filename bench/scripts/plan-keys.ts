/** Plans the files below `s3://bench/keys`, and says when the first mini-batch was there and when the last one, in seconds since this process began. */
import { planInputs } from '../../src/data/plan.ts';
import { openObjectStore } from '../../src/data/stores/object/open.ts';

const store = await openObjectStore({ kind: 's3', bucket: 'bench' }, {});
const plan = await planInputs([{ name: 'keys', type: 'uri_folder', path: 'keys', store }], {
  ...{ miniBatchSize: { kind: 'default' }, partitionKeys: [], rankMiniBatchCount: 0, scratch: '' },
});
let first: number | undefined;
for await (const chunk of plan.miniBatches) if (chunk.length > 0) first ??= process.uptime();
process.stdout.write(JSON.stringify({ first, last: process.uptime() }));
