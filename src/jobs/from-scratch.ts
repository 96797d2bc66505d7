/** `prl job resume --from-scratch`: what the steps of a job have done is taken back, so that all of it is done again. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { killOrphans } from '../os/lineage.ts';
import { clearOutput } from '../pipeline/bind/output-folders.ts';
import type { PreparedJob } from '../pipeline/context.ts';
import { writeRecord } from '../pipeline/steps/record.ts';
import type { RunStore } from '../store/store.ts';
import { ownPlaces } from './own-places.ts';
import { usesIn, usesOf } from './users.ts';

/**
 * Whoever resumes from scratch writes over what the job has made: from here on no other job takes it.
 * @throws RequestError where somebody needs it already
 */
export function keepFromOthers(store: RunStore, name: string): void {
  store.exclusively(() => {
    const { own } = ownPlaces(store, store.jobs.get(name));
    const [use] = usesOf(usesIn(store), [...own, store.layout(name).directory], name);
    if (use !== undefined) {
      throw new RequestError({
        code: 'needed-outputs',
        message: `The job ${name} cannot begin from scratch: of what its steps have made, others need ${use.path} (${use.why}).`,
        hint: 'Resume it without --from-scratch, or run its file as a new job.',
      });
    }
    store.jobs.forbidReuse(name);
  });
}

/**
 * Takes back what all steps have done: their records of it, and what they wrote to places of ours. The code, the logs and the events stay,
 * and what lies in places that the job's author chose, until it is written over. Whoever is killed on the way leaves steps that go on from
 * what they still have.
 */
export function takeBack({ job, graph, outputs }: PreparedJob): void {
  killOrphans(job.layout.directory);
  const steps = [...graph.steps.keys()].map((name) => ({ name, layout: job.layout.step(name) }));
  // First none of them has completed: one that has would stand beside others whose outputs it did not read.
  for (const { layout } of steps) if (existsSync(layout.record)) writeRecord(layout.record, { status: 'Canceled', outputs: {} });
  rmSync(job.layout.runLog, { recursive: true, force: true });
  for (const { name, layout } of steps) {
    const written = join(layout.code, 'outputs');
    for (const folder of [
      layout.state,
      layout.uploads,
      layout.ran,
      layout.artifacts,
      layout.formerCode,
      layout.metrics,
      layout.mlruns,
      written,
    ])
      rmSync(folder, { recursive: true, force: true });
    mkdirSync(written, { recursive: true });
    for (const output of outputs.get(name) ?? []) clearOutput(output);
  }
}
