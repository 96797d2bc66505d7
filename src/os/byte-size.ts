import { RequestError } from '../errors/types.ts';

/** `100mb`, `2 GB`, `500000` (bytes), of 1024² bytes; undefined for what is no size. */
export function parseByteSize(text: string): number | undefined {
  const [, number, prefix = ''] = /^(\d+)\s*(?:([kmgt])i?b|b)?$/i.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(prefix.toLowerCase());
}

/** What an environment variable says. @throws RequestError for what is no size */
export function byteSizeOf(env: Readonly<Record<string, string | undefined>>, variable: string, standard: number): number {
  const text = env[variable];
  if (text === undefined || text === '') return standard;
  const bytes = parseByteSize(text);
  if (bytes !== undefined) return bytes;
  throw new RequestError({ code: 'bad-size', message: `${variable} is ${JSON.stringify(text)}: expected a size such as 10gb, or 0.` });
}
