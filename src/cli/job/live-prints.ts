/** `--verbose`: what scripts print, beside the display of their job. */
import { PrintFollower } from '../../jobs/follow-prints.ts';
import { logSources } from '../../jobs/log-sources.ts';
import { sizesOf } from '../../jobs/printed-lines.ts';
import type { RunStore } from '../../store/store.ts';
import type { Display } from '../terminal/display.ts';
import { line, span } from '../terminal/text.ts';
import { lastState, printedBy } from './logs.ts';

/** @param from `now`: what an earlier life of the job printed is left out */
export function followPrints(store: RunStore, name: string, display: () => Display | undefined, from: 'start' | 'now'): PrintFollower {
  const spec = store.jobs.spec(name);
  const layout = store.layout(name);
  const print = ({ step, worker, text }: { readonly step: string; readonly worker?: string; readonly text: string }) =>
    display()?.print([line(span(printedBy(step, worker), 'faint'), ' | ', lastState(text))]);
  const read = new Map<string, number>();
  for (const source of from === 'start' ? [] : logSources(spec, layout)) {
    const sizes = sizesOf(source);
    for (const stream of ['stdout', 'stderr'] as const) {
      const file = source.files[stream];
      if (file !== undefined) read.set(file, sizes[stream]);
    }
  }
  return new PrintFollower(spec, layout, print, read);
}
