import { basename, dirname } from 'node:path';
import { pandasOptions } from '../delimited/options.ts';
import { planDelimited } from '../delimited/plan-delimited.ts';
import type { InputPlan, UnnumberedMiniBatch } from '../input.ts';
import { bytesPerMiniBatch } from '../mini-batch-size.ts';
import type { SplitInput, SplitSettings, TableReader } from '../types.ts';
import type { FormatPlan } from './format-plan.ts';
import { formatOfFile } from './known-formats.ts';

/** Plans a plain file as a table: by pandas' rules, or by what the file itself says. */
export async function planPlainFile(input: SplitInput, settings: SplitSettings): Promise<InputPlan> {
  const root = dirname(input.path);
  const files = [basename(input.path)];
  const format = formatOfFile(input);
  const plan = await planDelimited(root, files, pandasOptions(format.kind === 'delimited' ? format.delimiter : ','));
  const reader: TableReader = {
    kind: 'table',
    name: input.name,
    root,
    format: plan.format,
    columns: plan.columns,
    transformations: [],
    outputColumns: plan.columns,
    typesHint: plan.typesHint,
  };
  const size = bytesPerMiniBatch(settings.miniBatchSize, input.name);
  return { reader, notices: plan.notices, chunks: () => pieces(plan, files, size) };
}

const largestChunk = 256;

async function* pieces(plan: FormatPlan, files: readonly string[], size: number): AsyncGenerator<readonly UnnumberedMiniBatch[]> {
  let chunkSize = 1;
  let chunk: UnnumberedMiniBatch[] = [];
  for (const path of files) {
    for await (const slice of plan.pieces(path, size)) {
      chunk.push({ slice });
      if (chunk.length < chunkSize) continue;
      yield chunk;
      chunk = [];
      chunkSize = Math.min(2 * chunkSize, largestChunk);
    }
  }
  if (chunk.length > 0) yield chunk;
}
