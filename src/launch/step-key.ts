import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';

/** What a step is called where many jobs of many users meet: the same in all its lives. @param directory the step's folder */
export function stepKey(directory: string): string {
  return createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 24);
}
