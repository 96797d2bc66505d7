/** Plans `partition_keys` of the columns CITY and QUANTITY of a CSV file, `plan-groups.ts FILE FOLDER`, and says what that took. */
import { planInputs } from '../../src/data/plan.ts';

const [path = '', scratch = ''] = process.argv.slice(2);
const plan = await planInputs([{ name: 'groups', type: 'uri_file', path }], {
  ...{ miniBatchSize: { kind: 'default' }, partitionKeys: ['city', 'quantity'], rankMiniBatchCount: 0, scratch },
});
let rows = 0;
let miniBatches = 0;
for await (const chunk of plan.miniBatches) {
  miniBatches += chunk.length;
  for (const { items = 0 } of chunk) rows += items;
}
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({
    seconds: process.uptime(),
    processor: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: maxRSS / 1024,
    rows,
    miniBatches,
  }),
);
