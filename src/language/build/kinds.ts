/** Which kind of step or component a value is: what `type` says, else what its keys say. */
import { isRecord, shown } from '../check.ts';
import type { Place } from '../findings.ts';
import { nearest } from '../near.ts';

export type Kind = 'parallel' | 'command' | 'pipeline';

const KINDS: readonly Kind[] = ['parallel', 'command', 'pipeline'];

/** Kinds that Azure has and we do not run, each with what would have to change. */
const REFUSED: Readonly<Record<string, string>> = {
  sweep: 'Write its trial as a command step with fixed values, one step for each set of values.',
  automl: 'Write the training as a command step with a script of your own.',
  spark: 'Write it as a parallel step (a script with init() and run(mini_batch)), or as a command step that starts Spark itself.',
  import: 'Write a command step that fetches the data, or name the data as an input.',
  data_transfer: 'Write a command step that copies the data, or name the data as an input.',
  flow: 'Write it as a parallel step whose entry script calls the flow.',
  promptflow_parallel: 'Write it as a parallel step whose entry script calls the flow.',
  finetuning: 'Write the training as a command step with a script of your own.',
  distillation: 'Write the training as a command step with a script of your own.',
  if_else: 'Write both branches as steps, or decide inside a script.',
  do_while: 'Write the loop inside a script.',
  parallel_for: 'Write it as a parallel step: it runs a script over the parts of an input.',
};

/**
 * `what` is what the message calls it: `The step "train"`. Undefined: told why not, or nothing says what it is. A type that is none is told, and
 * what was probably meant is returned: what else is wrong can be told in the same round.
 */
export function kindOfWork(raw: Readonly<Record<string, unknown>>, what: string, place: Place, fallback?: Kind): Kind | undefined {
  const { type } = raw;
  if (isFlow(raw)) {
    place.error('unsupported-type', `${what} is a flow of prompt flow, which is not run here.`, REFUSED.flow);
    return undefined;
  }
  if (type === undefined || type === null) return inferred(raw) ?? fallback;
  if (typeof type !== 'string') {
    place.at('type').error('wrong-type', `Expected one of ${KINDS.join(', ')}, found ${shown(type)}.`);
    return inferred(raw) ?? fallback;
  }
  const word = type.toLowerCase();
  const kind = KINDS.find((one) => one === word);
  if (kind !== undefined) return kind;
  const advice = Object.hasOwn(REFUSED, word) ? REFUSED[word] : undefined;
  if (advice !== undefined) {
    place.at('type').error('unsupported-type', `${what} is of type ${word}, which is not run here; expected ${KINDS.join(', ')}.`, advice);
    return undefined;
  }
  const near = KINDS.find((one) => one === nearest(type, KINDS));
  place
    .at('type')
    .error(
      'unknown-type',
      `Expected one of ${KINDS.join(', ')}, found ${shown(type)}.`,
      near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`,
    );
  return near ?? inferred(raw) ?? fallback;
}

/** With the type that it was judged to be of: what is wrong with the written one is told already. */
export function ofKind(raw: Readonly<Record<string, unknown>>, kind: Kind): Readonly<Record<string, unknown>> {
  return typeof raw.type === 'string' && raw.type.toLowerCase() === kind ? raw : { ...raw, type: kind };
}

/** A flow has a schema and keys of its own, and a `type` that says what kind of flow it is. */
function isFlow({ $schema, nodes }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(nodes) || (typeof $schema === 'string' && /\/promptflow\//.test($schema));
}

function inferred(raw: Readonly<Record<string, unknown>>): Kind | undefined {
  if (isRecord(raw.jobs)) return 'pipeline';
  if (raw.command !== undefined) return 'command';
  if (raw.task !== undefined || raw.input_data !== undefined) return 'parallel';
  return undefined;
}
