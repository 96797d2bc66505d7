import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

let weights: Map<string, number>;

/** Called once in each worker process: load here what is expensive to load, such as a model. */
export function init(): void {
  weights = new Map([
    ['love', 2],
    ['great', 2],
    ['good', 1],
    ['easy', 1],
    ['slow', -1],
    ['bad', -1],
    ['broke', -2],
    ['awful', -2],
  ]);
}

/** Called for each mini-batch, with the paths of its files. Returns one element for each file that was done. */
export async function run(miniBatch: string[]): Promise<string[]> {
  return Promise.all(miniBatch.map(score));
}

async function score(file: string): Promise<string> {
  const words = (await readFile(file, 'utf8')).toLowerCase().match(/[a-z]+/g) ?? [];
  const sum = words.reduce((total, word) => total + (weights.get(word) ?? 0), 0);
  return `${basename(file)} ${sum > 0 ? 'positive' : sum < 0 ? 'negative' : 'neutral'} ${sum}`;
}
