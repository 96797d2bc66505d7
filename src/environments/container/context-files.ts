/** What an image is built of. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The same for the same files with the same content. @throws a system error */
export function contextHash(folder: string): string {
  const hash = createHash('sha256');
  const visit = (path: string) => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(path, entry.name);
      const kind = entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : entry.isFile() ? 'file' : 'other';
      hash.update(JSON.stringify([kind, inside]));
      if (kind === 'folder') visit(inside);
      else if (kind === 'link') hash.update(JSON.stringify(readlinkSync(join(folder, inside))));
      else if (kind === 'file')
        hash.update(
          createHash('sha256')
            .update(readFileSync(join(folder, inside)))
            .digest(),
        );
    }
  };
  visit('');
  return hash.digest('hex');
}
