import type { Command } from 'commander';
import { withStore } from '../open.ts';

/** `prl __complete KIND WORDS…`, for the scripts that `prl completion` prints: it says what it knows, and nothing where it knows nothing. */
export function define(command: Command): void {
  command
    .argument('<kind>')
    .argument('[words...]')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (kind: string, words: readonly string[]) => {
      try {
        const { candidates } = await import('./candidates.ts');
        const found = await withStore((store) => candidates(store, kind, words));
        process.stdout.write(found.map((each) => `${each}\n`).join(''));
      } catch {
        // A shell that completes has no place for what went wrong.
      }
    });
}
