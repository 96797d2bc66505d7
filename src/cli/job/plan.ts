import { RequestError, renderProblem } from '../../errors/types.ts';
import { formatCount, formatMiniBatches, formatNumberOf } from '../../events/format.ts';
import { largeCodeFolders } from '../../jobs/code-folders.ts';
import { type PlannedStep, planJob } from '../../jobs/plan.ts';
import { checkInputs } from '../../jobs/preflight.ts';
import { processContext } from '../../os/process-context.ts';
import { tell } from '../errors.ts';
import { loadJobFile } from '../load.ts';
import { withStore } from '../open.ts';
import { givenFile, type ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { span } from '../terminal/text.ts';

interface PlanOptions extends ResultOptions {
  readonly file?: string;
  readonly set?: readonly string[];
  readonly limit?: number;
}

export async function plan(argument: string | undefined, options: PlanOptions): Promise<void> {
  const steps = await withStore(async (store) => {
    const { spec } = await loadJobFile(store, givenFile(argument, options), options.set);
    checkInputs(spec, store.assets);
    for (const warning of largeCodeFolders(spec, store.assets)) tell(`warning: ${renderProblem(warning)}`);
    return planJob(processContext(), spec, store.assets, options.limit);
  });
  await printResult({ steps: Object.fromEntries(steps.map((step) => [step.name, shape(step)])) }, options, () => draw(steps));
  const problems = steps.flatMap(({ plan }) => (plan.kind === 'refused' ? plan.problems : []));
  if (problems.length > 0) throw new RequestError(problems);
}

/** Keys as in everything that programs read. */
function shape({ workers, plan }: PlannedStep): object {
  switch (plan.kind) {
    case 'planned': {
      const { kind: _kind, miniBatches, first, last, ...rest } = plan;
      return { workers, mini_batches: miniBatches, ...rest, first, last };
    }
    case 'after':
      return { workers, after: plan.steps };
    case 'refused':
      return { workers, errors: plan.problems };
  }
}

function draw(steps: readonly PlannedStep[]): string {
  if (steps.length === 0) return 'The job has no parallel steps: there are no mini-batches to plan.';
  const text = steps.map(drawStep).join('\n\n');
  // Names of files may hold anything.
  return text
    .split('\n')
    .map((line) => span(line).text)
    .join('\n');
}

function drawStep({ name, workers, plan }: PlannedStep): string {
  const head = `${name}  ${formatNumberOf(workers, 'worker')}`;
  switch (plan.kind) {
    case 'after':
      return `${head}\n  its input is made by ${plan.steps.join(', ')}: its mini-batches are known once that has run`;
    case 'refused':
      return [head, ...plan.problems.map((problem) => `  refused: ${renderProblem(problem)}`)].join('\n');
    case 'planned': {
      const left = plan.miniBatches - plan.first.length - plan.last.length;
      return [
        `${head}, ${formatMiniBatches(plan.miniBatches)}${sizes(plan)}`,
        ...plan.notices.map((notice) => `  ${notice}`),
        ...plan.first.map((text, i) => `  ${i}  ${text}`),
        ...(left > 0 ? [`  … ${formatCount(left)} more`] : []),
        ...plan.last.map((text, i) => `  ${plan.miniBatches - plan.last.length + i}  ${text}`),
      ].join('\n');
    }
  }
}

function sizes({ items, smallest, largest, bytes, miniBatches }: Extract<PlannedStep['plan'], { kind: 'planned' }>): string {
  if (items !== undefined && smallest !== undefined && largest !== undefined) {
    const each = smallest === largest ? String(smallest) : `${smallest} to ${formatCount(largest)}`;
    return `, ${formatNumberOf(items, 'item')}, ${each} in each`;
  }
  return bytes === undefined ? '' : `, ${formatCount(bytes)} bytes, about ${formatCount(Math.round(bytes / miniBatches))} in each`;
}
