import { RequestError } from '../../errors/types.ts';
import { flattenSteps } from '../../jobs/steps.ts';
import { nearest } from '../../language/near.ts';
import { explainReuse } from '../../pipeline/reuse/explain.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { chosenJob } from './chosen.ts';

interface WhyOptions extends ResultOptions {
  readonly name?: string;
  readonly step?: string;
}

/** Why a step was or was not reused. */
export async function why(name: string | undefined, argument: string | undefined, options: WhyOptions): Promise<void> {
  await withStore(async (store) => {
    const job = chosenJob(store, name, options);
    const steps = [...flattenSteps(store.jobs.spec(job.name)).keys()];
    const step = options.step ?? argument ?? (steps.length === 1 ? steps[0] : undefined);
    if (step === undefined)
      throw new RequestError({ code: 'missing-argument', message: `Which step? Job ${job.name} has ${steps.join(', ')}.` });
    if (!steps.includes(step)) throw unknownStep(job.name, step, steps);
    const explanation = await explainReuse(store.home, job.name, step);
    if (explanation === undefined) {
      throw new RequestError({
        code: 'nothing-remembered',
        message: `Nothing is known of the reuse of step ${step}: it has not completed, or it is a standalone job, which always runs.`,
      });
    }
    const { reused, reusedFrom, reason, comparedWith, differences } = explanation;
    const result = {
      job: job.name,
      step,
      reused,
      ...(reusedFrom !== undefined && { reused_from: reusedFrom }),
      reason,
      ...(comparedWith !== undefined && { compared_with: comparedWith }),
      differences,
    };
    await printResult(result, options, () =>
      [
        `${step} was ${reused ? 'reused' : 'run'}: ${reason}`,
        ...(comparedWith === undefined ? [] : [`Nearest: ${comparedWith.step} of job ${comparedWith.job}`]),
        ...differences.map(({ part, what }) => `  ${part}: ${what}`),
      ].join('\n'),
    );
  });
}

export function unknownStep(job: string, step: string, steps: readonly string[]): RequestError {
  const near = nearest(step, steps);
  return new RequestError({
    code: 'unknown-step',
    message: `Job ${job} has no step ${JSON.stringify(step)}: it has ${steps.join(', ')}.`,
    ...(near !== undefined && { hint: `Did you mean ${near}?` }),
  });
}
