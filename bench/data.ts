/** What the cases read, made once per run of the benchmark. */
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const filesInFolder = 1000;

/** Adds empty files to a tree until it has so many; a thousand in a folder. Gives the root. */
export function growTree(root: string, from: number, to: number): string {
  for (let i = from; i < to; i++) {
    const folder = join(root, `part${String(Math.floor(i / filesInFolder)).padStart(5, '0')}`);
    if (i % filesInFolder === 0 || !existsSync(folder)) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `item${String(i % filesInFolder).padStart(4, '0')}.txt`), '');
  }
  return root;
}

/** A CSV file of numbers, words and dates of about so many bytes; the same for the same size. */
export function makeCsv(path: string, bytes: number): string {
  const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa'];
  const file = openSync(path, 'w');
  let seed = 42;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >> 8) % n;
  };
  let written = writeSync(file, 'id,customer,quantity,price,discount,city,product,day\n');
  for (let id = 0; written < bytes; ) {
    let text = '';
    for (let i = 0; i < 20_000; i++, id++) {
      const price = (random(100_000) / 100).toFixed(2);
      const discount = (random(1000) / 1000).toFixed(3);
      const day = `20${10 + random(15)}-0${1 + random(9)}-${10 + random(18)}`;
      text += `${id},${random(1_000_000)},${random(50)},${price},${discount},${words[random(10)]},${words[random(10)]} ${words[random(10)]},${day}\n`;
    }
    written += writeSync(file, text);
  }
  closeSync(file);
  return path;
}

/** The three million flights of the package `vega-datasets`. */
export function flights(): { readonly path: string; readonly rows: number } {
  return { path: join(import.meta.dirname, '..', 'node_modules', 'vega-datasets', 'data', 'flights-3m.parquet'), rows: 3_000_000 };
}
