/** What a process of ours has once, however many jobs it runs. Made at its entry point and passed from there. */
import { newLineage } from './lineage.ts';
import { Reaper } from './reaper.ts';

export interface ProcessContext {
  /** What the marks of all processes that this one starts for steps begin with. */
  readonly lineage: string;
  readonly reaper: Reaper;
}

export function processContext(): ProcessContext {
  const lineage = newLineage();
  return { lineage, reaper: new Reaper(lineage) };
}
