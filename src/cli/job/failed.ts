import { formatMiniBatches, formatNumberOf } from '../../events/format.ts';
import { failedItemsOf } from '../../jobs/failed.ts';
import type { FailedItemShown } from '../../parallel/again/failed-list.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns } from '../output/table.ts';
import { chosenJob } from './chosen.ts';

interface FailedOptions extends ResultOptions {
  readonly name?: string;
  readonly step?: string;
}

export async function failed(argument: string | undefined, options: FailedOptions): Promise<void> {
  await withStore(async (store) => {
    const { name } = chosenJob(store, argument, options);
    const items = await Array.fromAsync(failedItemsOf(store, name, options.step));
    await printResult(items, options, () => columns(['STEP', 'MINI-BATCH', 'ITEM', 'ERROR'], items.map(row)));
    const miniBatches = new Set(items.map(({ step, mini_batch }) => `${step} ${mini_batch}`)).size;
    const of = formatMiniBatches(miniBatches);
    tell(
      items.length === 0
        ? `Nothing of job ${name} has failed for good.`
        : `${formatNumberOf(items.length, 'item')} of ${of} of job ${name}.`,
    );
  });
}

function row({ step, mini_batch, item, error }: FailedItemShown): readonly string[] {
  const place = typeof item === 'string' ? item : `${item.file} ${item.unit} ${item.start}–${item.end}${rowsOf(item.rows)}`;
  return [step, String(mini_batch), place, `${error.type}: ${error.message.split('\n', 1)[0]}`];
}

function rowsOf(rows: readonly [number, number] | undefined): string {
  return rows === undefined ? '' : `, rows ${rows[0]}–${rows[1]} of them`;
}
