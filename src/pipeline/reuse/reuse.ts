/** Finds a finished step whose outputs can be taken in place of running one, and remembers what ran. */
import { randomUUID } from 'node:crypto';
import type { Seen } from '../../data/stores/watched.ts';
import {
  type FingerprintPart,
  type Fingerprints,
  openFingerprints,
  type ReuseDecision,
  type StepFingerprint,
} from '../../store/fingerprints.ts';
import type { FarInput, StagedInput } from '../bind/stage.ts';
import type { Snapshot } from '../code/snapshot.ts';
import type { RunStep } from '../graph/scope.ts';
import { whyNotReused } from './explain.ts';
import { hashValue } from './hash.ts';
import { definitionOf, definitionParts, type Parts } from './parts.ts';
import { type Content, openTrees, type Trees } from './trees.ts';

export interface ReuseRequest {
  readonly step: string;
  readonly spec: RunStep;
  readonly snapshot: Snapshot;
  readonly inputs: readonly StagedInput[];
  readonly interpreter: string;
  /** The ending that says how returned rows are written, where one does. */
  readonly rows?: string;
  /** The output of a finished step that cannot stand where this step's is to, if there is one. */
  elsewhere(match: StepFingerprint): string | undefined;
}

/** A step's fingerprint before it runs, and the finished step that has the same. */
export interface Finding {
  readonly step: string;
  readonly definition: string;
  readonly parts: Parts;
  readonly data: readonly DataPlace[];
  readonly far: readonly FarInput[];
  readonly decision: ReuseDecision;
  readonly match?: StepFingerprint;
  /** In a few words: what is not as an earlier run of it had it. */
  readonly notReused?: string;
}

/** An input's data. */
interface DataPlace {
  readonly name: string;
  readonly path: string;
  /** What an MLTable there names that stands elsewhere. */
  readonly also: readonly string[];
}

export interface LeftOutput {
  readonly name: string;
  readonly type: string;
  readonly path: string;
  readonly address?: string;
}

/** What tells everything below an address of an object store from what else could be there; undefined: nothing is. */
export type StateOf = (address: string) => Promise<string | undefined>;

export interface Reuse {
  find(request: ReuseRequest): Promise<Finding>;
  /**
   * Writes down that the finished step's outputs are taken, while nobody can delete them; false, and nothing is written, where they are
   * being deleted.
   */
  take(match: StepFingerprint, writeDown: () => void): boolean;
  /** After the step has completed; `began` (epoch milliseconds) is when it could first read its inputs. */
  remember(finding: Finding, outputs: readonly LeftOutput[], began: number): Promise<void>;
  close(): void;
}

export interface ReuseRules {
  readonly job: string;
  readonly limited: boolean;
  readonly forceRerun: boolean;
}

/**
 * What was seen of the disk so recently, in milliseconds, is as good as seen now, unless a step ran since: many steps read
 * the same folder.
 */
const fresh = 2000;

export function openReuse(home: string, rules: ReuseRules, stateOf: StateOf): Reuse {
  const fingerprints = openFingerprints(home);
  const trees = openTrees(fingerprints);
  let lastRun = 0;
  return {
    find: (request) => find(request, rules, fingerprints, trees, stateOf, () => Math.max(Date.now() - fresh, lastRun)),
    take: (match, writeDown) => fingerprints.whileThere(match, writeDown),
    remember(finding, outputs, began) {
      if (finding.decision.kind !== 'reused') lastRun = Date.now();
      return remember(finding, outputs, began, rules, fingerprints, trees, stateOf);
    },
    close() {
      trees.close();
      fingerprints.close();
    },
  };
}

async function find(
  request: ReuseRequest,
  rules: ReuseRules,
  fingerprints: Fingerprints,
  trees: Trees,
  stateOf: StateOf,
  notBefore: () => number,
): Promise<Finding> {
  const { step, spec, snapshot, inputs, interpreter, rows } = request;
  const parts = definitionParts(spec, snapshot, inputs, interpreter, rows);
  const definition = definitionOf(parts);
  const data = await Promise.all(inputs.flatMap((input) => (input.kind === 'data' ? [dataPlace(input)] : [])));
  const far = inputs.flatMap((input) => (input.kind === 'far' ? [input] : []));
  const finding = { step, definition, parts, data, far };
  const toRun = (decision: ReuseDecision, inputContents: Parts = {}): Finding => {
    const notReused = whyNotReused({ step, parts: { ...parts, ...inputContents }, decision }, rules.job, fingerprints);
    return { ...finding, decision, ...(notReused !== undefined && { notReused }) };
  };
  const barrier = barrierOf(spec, rules);
  if (barrier !== undefined) return { ...finding, decision: { kind: barrier } };
  const candidates = fingerprints.candidates(definition).filter((candidate) => candidate.job !== rules.job);
  // Without a candidate the inputs need not be looked at before the step runs.
  if (candidates.length === 0) return toRun({ kind: 'no_match' });
  const contents = await inputParts(finding, notBefore(), trees, (input) => input.look());
  let changed: ReuseDecision | undefined;
  for (const candidate of candidates) {
    if (!Object.entries(contents.parts).every(([name, part]) => candidate.parts[name]?.hash === part.hash)) continue;
    const elsewhere = request.elsewhere(candidate);
    if (elsewhere !== undefined) {
      changed ??= { kind: 'outputs_elsewhere', job: candidate.job, output: elsewhere };
      continue;
    }
    const touched = await touchedOutput(candidate, notBefore(), trees, stateOf);
    if (touched === undefined) {
      const from = candidate.decision.kind === 'reused' ? candidate.decision.from : `${candidate.job}.${candidate.step}`;
      return { ...finding, decision: { kind: 'reused', from }, match: candidate };
    }
    changed ??= { kind: 'outputs_changed', job: candidate.job, output: touched };
  }
  return toRun(changed ?? { kind: 'no_match' }, contents.parts);
}

function barrierOf(spec: RunStep, rules: ReuseRules): 'limit' | 'force_rerun' | 'not_deterministic' | undefined {
  if (rules.limited) return 'limit';
  if (rules.forceRerun) return 'force_rerun';
  return spec.component.isDeterministic ? undefined : 'not_deterministic';
}

async function dataPlace({ name, type, path, source, brought = {} }: Extract<StagedInput, { kind: 'data' }>): Promise<DataPlace> {
  if (source !== undefined) return { name, path: source, also: [] };
  if (type !== 'mltable') return { name, path, also: [] };
  const { beginningOf, namedElsewhere } = await import('../../data/mltable/elsewhere.ts');
  return { name, path, also: [...(await namedElsewhere(path)), ...new Set(Object.values(brought).map(beginningOf))] };
}

/** @param look at what is in an object store; undefined where that cannot be told from what was there at another time */
async function inputParts(
  { data, far }: Pick<Finding, 'data' | 'far'>,
  notBefore: number,
  trees: Trees,
  looking: (input: FarInput) => Promise<Seen | undefined> | Seen | undefined,
): Promise<{ readonly parts: Parts; readonly newest: number }> {
  const seen = await Promise.all(data.map(async (place) => ({ ...place, ...(await contentOf(place, notBefore, trees)) })));
  const parts = seen.map(({ name, path, content, files, bytes, hashes }) => {
    const detail = { path, files: String(files), bytes: String(bytes) };
    return [`inputs.${name}`, { hash: content, detail, ...(hashes !== undefined && { files: hashes }) }] as const;
  });
  const there = await Promise.all(far.map(async (input) => [input, await looking(input)] as const));
  const farParts = there.map(([input, found]) => [`inputs.${input.name}`, farPart(input, found)] as const);
  const newest = there.every(([, found]) => found !== undefined)
    ? Math.max(0, ...seen.map(({ newest }) => newest))
    : Number.POSITIVE_INFINITY;
  return { parts: Object.fromEntries([...parts, ...farParts]), newest };
}

/** What was not seen is like nothing else. */
function farPart({ store, path }: FarInput, found: Seen | undefined): FingerprintPart {
  if (found === undefined) return { hash: `unseen:${randomUUID()}` };
  const { content, files, bytes, versions } = found;
  const detail = { path: store.describe(path), files: String(files), bytes: String(bytes) };
  return { hash: content, detail, ...(versions !== undefined && { files: versions }) };
}

/** Of all that an input reads, as one. */
async function contentOf({ path, also }: DataPlace, notBefore: number, trees: Trees): Promise<Omit<Content, 'stat'>> {
  const own = await trees.content(path, notBefore);
  if (also.length === 0) return own;
  const others = await Promise.all(also.map(async (place) => ({ place, ...(await trees.content(place, notBefore)) })));
  const all = [own, ...others];
  const elsewhere = others.map(({ place, hashes }) => hashes && mapKeys(hashes, (file) => (file === '' ? place : `${place}/${file}`)));
  const hashes = [own.hashes, ...elsewhere];
  return {
    content: hashValue(all.map(({ content }) => content)),
    files: sum(all.map(({ files }) => files)),
    bytes: sum(all.map(({ bytes }) => bytes)),
    newest: Math.max(...all.map(({ newest }) => newest)),
    ...(hashes.every((each) => each !== undefined) && { hashes: Object.assign({}, ...hashes) }),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function mapKeys(record: Readonly<Record<string, string>>, rename: (key: string) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [rename(key), value]));
}

async function touchedOutput({ outputs }: StepFingerprint, notBefore: number, trees: Trees, stateOf: StateOf): Promise<string | undefined> {
  for (const [name, output] of Object.entries(outputs)) {
    if ((await statOf(output, notBefore, trees, stateOf)) !== output.stat) return name;
  }
  return undefined;
}

async function statOf(
  { path, address }: Pick<LeftOutput, 'path' | 'address'>,
  notBefore: number,
  trees: Trees,
  stateOf: StateOf,
): Promise<string> {
  return (address === undefined ? (await trees.scan(path, notBefore)).stat : await stateOf(address)) ?? '';
}

async function remember(
  finding: Finding,
  outputs: readonly LeftOutput[],
  began: number,
  rules: ReuseRules,
  fingerprints: Fingerprints,
  trees: Trees,
  stateOf: StateOf,
): Promise<void> {
  const ended = Date.now();
  const reused = finding.decision.kind === 'reused';
  // Of far data, what the step was planned by: other versions of it are not read.
  const contents = rules.limited
    ? { parts: {}, newest: 0 }
    : await inputParts(finding, reused ? ended - fresh : ended, trees, ({ seen }) => seen());
  const left = await Promise.all(
    outputs.map(async ({ name, ...output }) => {
      return [name, { ...output, stat: await statOf(output, reused ? ended - fresh : ended, trees, stateOf) }] as const;
    }),
  );
  fingerprints.save({
    job: rules.job,
    step: finding.step,
    definition: finding.definition,
    parts: { ...finding.parts, ...contents.parts },
    outputs: Object.fromEntries(left),
    decision: finding.decision,
    // An input that was written to while the step ran: nobody knows which state of it the step read.
    reusable: !rules.limited && (reused || contents.newest < began),
    ended: new Date(ended).toISOString(),
  });
}
