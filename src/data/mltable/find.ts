import { stat } from 'node:fs/promises';
import { join } from 'node:path';

export const mltableName = 'MLTable';

/** The MLTable file in a folder; undefined when there is none. */
export async function findMLTable(folder: string): Promise<string | undefined> {
  const file = join(folder, mltableName);
  return (await stat(file).catch(() => undefined))?.isFile() === true ? file : undefined;
}
