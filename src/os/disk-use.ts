/** How much room files take on the disk. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface DiskUse {
  /** As the file system counts it, in blocks; what other names or copies share is counted again. */
  readonly bytes: number;
  readonly files: number;
}

const none: DiskUse = { bytes: 0, files: 0 };

/** Of a file, or of a folder with all that is in it; links are not followed. What is gone, or cannot be looked at, takes none. */
export async function diskUse(path: string): Promise<DiskUse> {
  let bytes = 0;
  let files = 0;
  const open = [path];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const found = await lstat(next).catch(() => undefined);
    if (found === undefined) continue;
    bytes += found.blocks * 512;
    if (!found.isDirectory()) {
      files += 1;
      continue;
    }
    const folder = next;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const plain = entries.filter((entry) => !entry.isDirectory());
    for (let from = 0; from < plain.length; from += atOnce) {
      const uses = await Promise.all(plain.slice(from, from + atOnce).map(({ name }) => fileUse(join(folder, name))));
      for (const use of uses) {
        bytes += use.bytes;
        files += use.files;
      }
    }
    for (const entry of entries) if (entry.isDirectory()) open.push(join(folder, entry.name));
  }
  return { bytes, files };
}

/** Of several places together. */
export async function diskUseOf(paths: readonly string[]): Promise<DiskUse> {
  let total = none;
  for (const path of paths) {
    const { bytes, files } = await diskUse(path);
    total = { bytes: total.bytes + bytes, files: total.files + files };
  }
  return total;
}

const atOnce = 64;

async function fileUse(path: string): Promise<DiskUse> {
  const found = await lstat(path).catch(() => undefined);
  return found === undefined ? none : { bytes: found.blocks * 512, files: 1 };
}
