import { RequestError } from '../errors/types.ts';

const units = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const;
const defaultFiles = 10;
const defaultBytes = 1024 ** 2;

/** Files in a mini-batch. Default 10; `0` is unset, as the Python SDK writes it. */
export function filesPerMiniBatch(size: string | undefined, input: string): number {
  if (isUnset(size)) return defaultFiles;
  const count = Number(size);
  if (/^\d+$/.test(size) && Number.isSafeInteger(count)) return count;
  throw new RequestError({
    code: 'mini-batch-size',
    message: `mini_batch_size is ${JSON.stringify(size)}, but the input '${input}' is a list of files, for which it is a number of files.`,
    hint: 'Write a whole number such as 10.',
  });
}

/** Approximate bytes in a mini-batch of a table. Default 1 MB; units are 1024-based; `0` is unset. */
export function bytesPerMiniBatch(size: string | undefined, input: string): number {
  if (isUnset(size)) return defaultBytes;
  const match = /^(\d+)((?:[kmg]b)*)$/i.exec(size);
  if (match?.[1] !== undefined) {
    const factors = [...(match[2] ?? '').toLowerCase().matchAll(/[kmg]/g)].map(([unit]) => units[unit as keyof typeof units]);
    const bytes = factors.reduce((product, factor) => product * factor, Number(match[1]));
    if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  }
  throw new RequestError({
    code: 'mini-batch-size',
    message: `mini_batch_size is ${JSON.stringify(size)}, but the input '${input}' is a table, for which it is a size.`,
    hint: 'Write a number of bytes with kb, mb or gb behind it, such as 10mb.',
  });
}

function isUnset(size: string | undefined): size is undefined {
  return size === undefined || /^0+$/.test(size);
}
