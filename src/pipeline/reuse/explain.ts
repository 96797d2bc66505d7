/** Why a step was or was not reused, told from what was remembered of it. */
import { type FingerprintPart, type Fingerprints, openFingerprints, type StepFingerprint } from '../../store/fingerprints.ts';
import type { Parts } from './parts.ts';

/** One part of the fingerprint that is not as it was. */
export interface Difference {
  /** `code`, `command`, `settings`, `inputs.x` … */
  readonly part: string;
  /** In words: `score.py changed`, `mini_batch_size: 10 → 20`. */
  readonly what: string;
}

export interface ReuseExplanation {
  readonly job: string;
  readonly step: string;
  readonly reused: boolean;
  /** The step that really ran: `JOB.STEP`. */
  readonly reusedFrom?: string;
  /** One sentence. */
  readonly reason: string;
  /** The finished step of another job whose fingerprint is most like this one's. */
  readonly comparedWith?: { readonly job: string; readonly step: string };
  /** How that one differs; empty when it does not. */
  readonly differences: readonly Difference[];
}

/** Undefined when nothing was remembered: the step has not completed, or the job is a single step, which always runs. */
export async function explainReuse(home: string, job: string, step: string): Promise<ReuseExplanation | undefined> {
  const fingerprints = openFingerprints(home);
  try {
    const found = fingerprints.get(job, step);
    return found === undefined ? undefined : explain(found, fingerprints);
  } finally {
    fingerprints.close();
  }
}

function explain(found: StepFingerprint, fingerprints: Fingerprints): ReuseExplanation {
  const { job, step, decision } = found;
  if (decision.kind === 'reused') {
    const reason = `its code, settings, arguments, environment and the content of its inputs are those of ${decision.from}.`;
    return { job, step, reused: true, reusedFrom: decision.from, reason, differences: [] };
  }
  const earlier = fingerprints.others(job, step).filter((other) => other.ended < found.ended);
  const closest = nearest(found, earlier);
  const compared = closest === undefined ? {} : { comparedWith: { job: closest.job, step: closest.step } };
  const differences = closest === undefined ? [] : differencesOf(closest.parts, found.parts);
  return { job, step, reused: false, reason: reasonOf(found, closest !== undefined), ...compared, differences };
}

/**
 * Why a step is about to run though an earlier run of it is there, in the fewest words; undefined where there is none, or where
 * nothing was to be reused. @param parts as far as they are known before it runs
 */
export function whyNotReused(
  { step, parts, decision }: Pick<StepFingerprint, 'step' | 'parts' | 'decision'>,
  job: string,
  fingerprints: Fingerprints,
): string | undefined {
  if (decision.kind === 'outputs_changed') return `output ${decision.output} of job ${decision.job} was changed or taken away`;
  if (decision.kind === 'outputs_elsewhere') return `output ${decision.output} of job ${decision.job} is at another address`;
  if (decision.kind !== 'no_match') return undefined;
  const earlier = fingerprints.others(job, step).filter((other) => other.step === step);
  const closest = nearest({ step, parts }, earlier);
  if (closest === undefined) return undefined;
  const before = Object.entries(closest.parts).filter(([name]) => parts[name] !== undefined || !name.startsWith('inputs.'));
  const [first, ...more] = differencesOf(Object.fromEntries(before), parts);
  if (first === undefined) return undefined;
  return `${first.part}: ${first.what}${more.length === 0 ? '' : `, and ${more.length} more`}`;
}

function reasonOf({ decision }: StepFingerprint, compared: boolean): string {
  switch (decision.kind) {
    case 'force_rerun':
      return 'force_rerun was set, so every step was run.';
    case 'limit':
      return 'the job ran with --limit or --mini-batch, and such a job neither reuses nor is reused.';
    case 'not_deterministic':
      return 'the step is declared not to be reused (is_deterministic: false, or allow_reuse: false).';
    case 'outputs_changed':
      return `job ${decision.job} ran the same, but its output ${decision.output} was changed or taken away since.`;
    case 'outputs_elsewhere':
      return `job ${decision.job} ran the same, but its output ${decision.output} is in an object store, and not at the address that this one's is to have.`;
    case 'no_match':
      return compared ? 'no finished step has the same fingerprint.' : 'no finished step is like it: it is the first of its kind here.';
    case 'reused':
      return '';
  }
}

/**
 * Whether two may be runs of the same work: they have one name, one command, or one code. Steps that share no more
 * than the interpreter are strangers, and how they differ says nothing.
 */
function areAkin(one: Pick<StepFingerprint, 'step' | 'parts'>, other: StepFingerprint): boolean {
  const share = (part: string): boolean => one.parts[part] !== undefined && one.parts[part].hash === other.parts[part]?.hash;
  const code = one.parts.code?.detail;
  const hasCode = code === undefined || Object.keys(code).length > 0;
  return one.step === other.step || share('command') || (hasCode && share('code'));
}

/** The one with the most equal parts; of equals, the one that comes first: of the same name, then the newest. */
function nearest(found: Pick<StepFingerprint, 'step' | 'parts'>, others: readonly StepFingerprint[]): StepFingerprint | undefined {
  let best: StepFingerprint | undefined;
  // One that shares nothing but that it was empty too says nothing.
  let most = Object.keys(found.parts).length / 3;
  for (const other of others.filter((each) => areAkin(found, each))) {
    const equal = Object.entries(found.parts).filter(([name, part]) => other.parts[name]?.hash === part.hash).length;
    const score = equal + (other.step === found.step ? 1 : 0);
    if (score <= most) continue;
    best = other;
    most = score;
  }
  return best;
}

export function differencesOf(before: Parts, now: Parts): readonly Difference[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  return names.flatMap((part) => {
    if (before[part]?.hash === now[part]?.hash) return [];
    return changes(before[part], now[part], part.startsWith('inputs.')).map((what) => ({ part, what }));
  });
}

function changes(before: FingerprintPart | undefined, now: FingerprintPart | undefined, isInput: boolean): readonly string[] {
  if (before === undefined) return ['it was not there'];
  if (now === undefined) return ['it is no longer there'];
  if (isInput && now.detail?.files !== undefined && before.detail?.files !== undefined) {
    const told = changedNames(before.files, now.files);
    return told.length > 0 ? told : [`the content changed: ${amount(before.detail)} → ${amount(now.detail)}`];
  }
  const told = changedNames(before.detail, now.detail);
  return told.length > 0 ? told : ['it changed'];
}

/** So many changes within one part are told one by one. */
const mostChanges = 10;

/** What changed between two records, by name; nothing where one of them is not known. */
function changedNames(before: FingerprintPart['detail'], now: FingerprintPart['detail']): readonly string[] {
  if (before === undefined || now === undefined) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => before[name] !== now[name]);
  // The path of a single file stands as nothing: its name is the input's.
  const told = names.slice(0, mostChanges).map((name) => change(name === '' ? 'the file' : name, before[name], now[name]));
  return names.length > mostChanges ? [...told, `and ${names.length - mostChanges} more of ${names.length}`] : told;
}

function change(name: string, was: string | undefined, is: string | undefined): string {
  if (was === undefined) return `${name} is new`;
  if (is === undefined) return `${name} is gone`;
  // A hash says no more than that something changed.
  return /^#?[0-9a-f]{16,}$/.test(is) ? `${name} changed` : `${name}: ${was} → ${is}`;
}

function amount({ files, bytes }: Readonly<Record<string, string>>): string {
  return `${files} ${files === '1' ? 'file' : 'files'}, ${bytes} bytes`;
}
