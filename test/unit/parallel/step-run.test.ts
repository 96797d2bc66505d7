/**
 * The heart of a step, from planning to the output file, over a compute without processes: whatever workers do, whenever the
 * coordinator is drained, killed, loses its memory or the machine its power, each mini-batch ends once, and the output is the one
 * that a single patient worker would have made.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { disk } from '../../../src/data/stores/disk.ts';
import type { EventBody, StepSummary } from '../../../src/events/types.ts';
import type { ParallelSettings } from '../../../src/language/types.ts';
import { Closers } from '../../../src/os/closers.ts';
import { Reaper } from '../../../src/os/reaper.ts';
import { openStep } from '../../../src/parallel/open-step.ts';
import { prepareState, readFact, type StateFiles, stateFiles } from '../../../src/parallel/record/state-files.ts';
import { StepRun } from '../../../src/parallel/step-run.ts';
import type { ParallelResult, ParallelRun } from '../../../src/parallel/types.ts';
import { LostRows } from '../../../src/workers/compute.ts';
import type { ItemRange } from '../../../src/workers/protocol/messages.ts';
import { FakeClock, FakeCompute, FakeSegments, type Fate, type Script } from '../../support/fake-compute.ts';

/** In memory where the system has such a place: these are tens of thousands of small runs. */
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'step-run-'));
afterAll(() => rmSync(root, { recursive: true }));
/** Files of the input. */
const items = 12;
const inputFolder = join(root, 'in');
for (let index = 0; index < items; index += 1) {
  mkdirSync(inputFolder, { recursive: true });
  writeFileSync(join(inputFolder, String(index).padStart(2, '0')), '');
}
mkdirSync(join(root, 'empty'));

const timeoutSeconds = 60;

interface Scenario {
  /** Mini-batches, and files in one. */
  readonly count: number;
  readonly size: number;
  readonly isolates: boolean;
  /** Items that fail whatever they are tried with. */
  readonly bad: readonly { readonly item: number; readonly fate: 'fails' | 'dies' | 'hangs' }[];
  /** Slots of each node. */
  readonly slots: readonly number[];
  readonly maxRetries: number;
  readonly failuresAllowed: number;
  /** What becomes of the attempts of some mini-batches; those that are not named succeed. */
  readonly fates: readonly { readonly index: number; readonly fates: readonly Fate[] }[];
  readonly failingStarts: readonly number[];
  readonly lives: readonly Life[];
}

interface Life {
  readonly acts: readonly Act[];
  readonly end: 'drain' | 'kill' | 'crash' | 'power loss' | 'bit flip' | 'torn file';
  /** Which bit, or file. */
  readonly which: number;
}

interface Act {
  readonly kind:
    | 'work'
    | 'work and tell'
    | 'read ahead'
    | 'deliver'
    | 'die idle'
    | 'join'
    | 'leave'
    | 'lose node'
    | 'tick'
    | 'wait'
    | 'turn';
  readonly worker: number;
}

const fate = fc.constantFrom<Fate>('ok', 'fails', 'unreadable', 'dies', 'hangs', 'late');
const act = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('work' as const, 'work and tell' as const, 'deliver' as const) },
    { weight: 3, arbitrary: fc.constant('turn' as const) },
    { weight: 1, arbitrary: fc.constantFrom('read ahead' as const, 'die idle' as const, 'tick' as const, 'wait' as const) },
    { weight: 1, arbitrary: fc.constantFrom('join' as const, 'leave' as const, 'lose node' as const) },
  ),
  worker: fc.nat(3),
});
const life = fc.record({
  acts: fc.array(act, { maxLength: 40 }),
  end: fc.constantFrom(...(['drain', 'kill', 'crash', 'power loss', 'bit flip', 'torn file'] as const)),
  which: fc.nat(100),
});
const scenario: fc.Arbitrary<Scenario> = fc.record({
  count: fc.nat(items),
  size: fc.constantFrom(1, 1, 2, 3, 5),
  isolates: fc.boolean(),
  bad: fc.array(fc.record({ item: fc.nat(items - 1), fate: fc.constantFrom('fails', 'dies', 'hangs') }), { maxLength: 2 }),
  slots: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 }),
  maxRetries: fc.nat(2),
  failuresAllowed: fc.constantFrom(-1, -1, 0, 1),
  fates: fc.array(fc.record({ index: fc.nat(11), fates: fc.array(fate, { minLength: 1, maxLength: 3 }) }), { maxLength: 4 }),
  failingStarts: fc.array(fc.nat(5), { maxLength: 2 }),
  lives: fc.array(life, { maxLength: 3 }),
});

function settingsOf({ size, isolates, maxRetries, failuresAllowed }: Scenario): ParallelSettings {
  return {
    inputData: ['in'],
    miniBatchSize: { kind: 'number', number: size },
    ...(isolates && { onFailure: 'isolate' }),
    partitionKeys: [],
    errorThreshold: -1,
    miniBatchErrorThreshold: failuresAllowed,
    allowedFailedPercent: 100,
    maxRetries,
    timeout: timeoutSeconds,
    loggingLevel: 'INFO',
    predefined: {
      taskOverheadTimeout: 600,
      rankMiniBatchCount: 0,
      firstTaskCreationTimeout: 600,
      resourceMonitorInterval: 0,
      copyLogsToParent: false,
      pushMetricsToParent: false,
      failOnShortReturn: false,
    },
  };
}

/** One life of the coordinator. */
class Run {
  readonly events: EventBody[] = [];
  readonly clock = new FakeClock();
  readonly compute: FakeCompute;
  readonly #directory: string;
  readonly #drain = new AbortController();
  readonly #kill = new AbortController();
  readonly #closers = new Closers();
  result: ParallelResult | undefined;
  #nodesLost = 0;
  #broken: { readonly cause: unknown } | undefined;

  constructor(directory: string, scenario: Scenario, script: Script, segments: FakeSegments) {
    this.#directory = directory;
    this.compute = new FakeCompute(scenario.slots, script, this.clock, new FakeSegments(segments));
  }

  async begin({ count, ...rest }: Scenario, check: 'unsynced' | 'all' = 'unsynced', other: Partial<ParallelRun> = {}): Promise<void> {
    const run: ParallelRun = {
      step: 'main',
      directory: this.#directory,
      codeHashes: [],
      workingDirectory: root,
      entryScript: 'score.py',
      arguments: [],
      inputs: [{ name: 'in', type: 'uri_folder', path: count === 0 ? join(root, 'empty') : inputFolder }],
      settings: settingsOf({ count, ...rest }),
      workersPerNode: 1,
      workers: rest.slots.length,
      gpus: [],
      reaper: new Reaper('test'),
      environmentVariables: {},
      interpreter: { python: 'python3' },
      output: { kind: 'append_row', file: this.output },
      failedItems: { list: join(this.#directory, 'failed_items.jsonl'), badRows: join(this.#directory, 'bad_rows') },
      sync: true,
      window: { from: 0, count: Math.max(1, miniBatchesOf({ count, ...rest })) },
      ...other,
    };
    const state = stateOf(this.#directory);
    prepareState(state);
    const control = { emit: (event: EventBody) => this.events.push(event), drain: this.#drain.signal, kill: this.#kill.signal };
    const parts = await openStep(run, control.emit, state, this.compute, this.#closers, check);
    const step = new StepRun(run, control, state, parts, this.compute, { clock: this.clock, sync: run.sync });
    void step
      .run()
      .finally(() => this.#closers.close())
      .then(
        (result) => {
          this.result = result;
        },
        (cause: unknown) => {
          this.#broken = { cause };
        },
      );
  }

  close(): Promise<void> {
    return this.#closers.close();
  }

  get output(): string {
    return join(this.#directory, 'rows.txt');
  }

  get hasEnded(): boolean {
    if (this.#broken !== undefined) throw this.#broken.cause;
    return this.result !== undefined;
  }

  drain(): void {
    this.#drain.abort();
  }

  kill(): void {
    this.#kill.abort();
  }

  async act({ kind, worker: which }: Act): Promise<void> {
    if (kind === 'turn') return turn();
    if (kind === 'tick') return this.clock.pass(100);
    if (kind === 'wait') return this.clock.pass(timeoutSeconds * 1000 + 1);
    if (kind === 'join') return this.compute.join(1);
    if (kind === 'leave' || kind === 'lose node') {
      // More of them with the same mini-batch would be told from an accident.
      const isLost = kind === 'lose node' && this.#nodesLost < 2;
      if (isLost) this.#nodesLost += 1;
      return this.compute.leave(which, isLost);
    }
    const worker = this.compute.workers[which % Math.max(1, this.compute.workers.length)];
    if (worker === undefined) return;
    if (kind === 'work' || kind === 'work and tell') worker.work(kind === 'work and tell');
    else if (kind === 'read ahead') worker.readAhead();
    else if (kind === 'deliver') worker.deliver();
    else if (worker.isIdle) worker.die();
  }

  /** The same; undefined where rows of an earlier life were found to be lost. */
  async finishOrLose(): Promise<ParallelResult | undefined> {
    try {
      return await this.finish();
    } catch (error) {
      if (error instanceof LostRows) return undefined;
      throw error;
    }
  }

  /** Everybody does what there is to do, until the step has ended. */
  async finish(): Promise<ParallelResult> {
    // Files take their time, which is not that of the fake clock.
    for (let round = 0; round < 300_000; round += 1) {
      let acted = false;
      if (this.compute.nodes.length === 0) this.compute.join(1);
      for (const worker of [...this.compute.workers]) {
        worker.work(true);
        while (worker.deliver()) acted = true;
      }
      const hangs = this.compute.workers.some((worker) => worker.hangs);
      this.clock.pass(hangs ? timeoutSeconds * 1000 + 1 : acted ? 100 : 0);
      await turn();
      if (this.hasEnded && this.result !== undefined) return this.result;
    }
    throw new Error('the step does not come to an end');
  }

  /** Nothing is left open, or running, behind an end. */
  expectClosed(): void {
    expect(this.compute.workers).toEqual([]);
    expect(this.compute.segments.isOpen).toBe(false);
    expect(this.clock.isTicking).toBe(false);
    expect(existsSync(join(this.#directory, '.rows.txt.partial'))).toBe(false);
  }

  /** No attempt has ended twice. */
  expectEndedOnce(): void {
    const failed = this.events.flatMap((event) => (event.type === 'attempt_failed' ? [`${event.miniBatch}/${event.attempt}`] : []));
    expect(new Set(failed).size).toBe(failed.length);
  }
}

interface Expected {
  readonly rows: string;
  readonly miniBatches: { readonly total: number; readonly done: number; readonly failed: number };
  readonly items: { readonly total: number; readonly done: number; readonly failed: number };
  /** Items, and mini-batches that lack at least one. */
  readonly missing: readonly number[];
  readonly incomplete: number;
}

/**
 * What a single patient worker makes of it, who knows the bad items: the first attempt that succeeds counts, there are `maxRetries` after the
 * first, and of a mini-batch that failed for good the items that are not bad are kept, where they are to be.
 */
function expected(scenario: Scenario, fateOf: Script['fate'], bad: ReadonlySet<number>): Expected {
  const { maxRetries, isolates } = scenario;
  const total = miniBatchesOf(scenario);
  let rows = '';
  const missing: number[] = [];
  let [failed, incomplete, allItems] = [0, 0, 0];
  for (let index = 0; index < total; index += 1) {
    const attempts = Array.from({ length: maxRetries + 1 }, (_, attempt) => fateOf(index, attempt + 1));
    const own = itemsOf(scenario, index);
    const isParted = isolates && own.length > 1 && attempts.at(-1) !== 'unreadable';
    const isDone = attempts.some((each) => each === 'ok' || each === 'late');
    const kept = isDone ? own : isParted ? own.filter((item) => !bad.has(item)) : [];
    rows += kept.map(rowOf).join('');
    allItems += own.length;
    missing.push(...own.filter((item) => !kept.includes(item)));
    if (kept.length === 0) failed += 1;
    if (kept.length < own.length) incomplete += 1;
  }
  return {
    rows,
    miniBatches: { total, done: total - failed, failed },
    items: { total: allItems, done: allItems - missing.length, failed: missing.length },
    missing,
    incomplete,
  };
}

function miniBatchesOf({ count, size }: Scenario): number {
  return Math.min(count, Math.ceil(items / size));
}

function itemsOf({ size }: Scenario, index: number, part: ItemRange = { from: 0, to: size }): readonly number[] {
  return Array.from({ length: size }, (_, at) => index * size + at).filter((item, at) => item < items && at >= part.from && at < part.to);
}

function rowOf(item: number): string {
  return `row of ${item}\n`;
}

let folders = 0;

async function live(scenario: Scenario): Promise<void> {
  let directory = join(root, String(folders++));
  const fates = new Map(scenario.fates.map(({ index, fates: own }) => [index, own] as const));
  const bad = new Map(scenario.bad.map(({ item, fate: own }) => [item, own] as const));
  let mended = false;
  const scriptOf = (failingStarts: readonly number[]): Script => ({
    fate(index, attempt, part) {
      if (mended) return 'ok';
      const scripted = part === undefined ? fates.get(index)?.[attempt - 1] : undefined;
      const [first] = itemsOf(scenario, index, part).flatMap((item) => bad.get(item) ?? []);
      return scripted ?? first ?? 'ok';
    },
    rows: (index, part) => itemsOf(scenario, index, part).map(rowOf).join(''),
    items: (index) => itemsOf(scenario, index).length,
    initFails: (start) => failingStarts.includes(start),
  });
  const whole = expected(scenario, scriptOf([]).fate, new Set(bad.keys()));
  const tooMany = scenario.failuresAllowed >= 0 && whole.miniBatches.failed > scenario.failuresAllowed;
  const nothing = scenario.count > 0 && whole.rows === '';
  let segments = new FakeSegments();

  const expectFailure = (result: ParallelResult) => {
    if (result.kind !== 'failed') return;
    expect(result.error).toContain(tooMany ? 'mini_batch_error_threshold exceeded' : 'Not a single item succeeded');
    expect(tooMany || nothing).toBe(true);
    mended = true;
  };

  /** The end that there is when nobody interferes any more. */
  const expectCompleted = ({ summary }: { readonly summary: StepSummary }) => {
    const { rows, miniBatches, items: counts, missing, incomplete } = mended ? expected(scenario, () => 'ok', new Set()) : whole;
    expect(readFileSync(join(directory, 'rows.txt'), 'utf8')).toBe(rows);
    expect(summary.miniBatches).toMatchObject({ ...miniBatches, planned: true });
    expect(summary.items).toEqual(counts);
    expect(summary.missing).toEqual(incomplete === 0 ? undefined : { items: counts.failed, miniBatches: incomplete });
    expect(listed(join(directory, 'failed_items.jsonl'))).toEqual(missing);
    rmSync(directory, { recursive: true });
  };

  let check: 'unsynced' | 'all' = 'unsynced';
  for (const { acts, end, which } of scenario.lives) {
    const run = new Run(directory, scenario, scriptOf(scenario.failingStarts), segments);
    await run.begin(scenario, check);
    check = 'unsynced';
    for (const each of acts) await run.act(each);
    if (end !== 'drain' && end !== 'kill') {
      // What is on the disk at this moment is all that the next life has.
      segments = new FakeSegments(run.compute.segments);
      if (end === 'power loss') segments.losePower();
      if (end === 'bit flip') segments.flipBit(which);
      const copy = join(root, String(folders++));
      cpSync(directory, copy, { recursive: true });
      run.kill();
      await run.finishOrLose();
      run.expectClosed();
      rmSync(directory, { recursive: true });
      directory = copy;
      const finished = readFact(stateOf(directory), 'finished');
      if (finished !== undefined) return expectCompleted(finished);
      if (end === 'torn file') tear(stateOf(directory), which);
      continue;
    }
    if (end === 'drain') run.drain();
    else run.kill();
    const result = await run.finishOrLose();
    run.expectClosed();
    run.expectEndedOnce();
    segments = run.compute.segments;
    if (result === undefined) {
      check = 'all';
      continue;
    }
    if (result.kind === 'completed') return expectCompleted(result);
    expectFailure(result);
    expect(existsSync(run.output)).toBe(false);
  }

  for (;;) {
    const last = new Run(directory, scenario, scriptOf([]), segments);
    await last.begin(scenario, check);
    const result: ParallelResult | undefined = await last.finishOrLose();
    last.expectClosed();
    last.expectEndedOnce();
    segments = last.compute.segments;
    if (result === undefined) {
      // What is looked at is known to be right afterwards.
      expect(check).toBe('unsynced');
      check = 'all';
      continue;
    }
    if (result.kind === 'completed') return expectCompleted(result);
    // It fails once at the most: then its cause is mended.
    expect(mended).toBe(false);
    expectFailure(result);
  }
}

/** Items of the list; none where there is no list. */
function listed(file: string): readonly number[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  return lines.map((line) => Number(JSON.parse(line).item.slice(-2)));
}

/** What a loss of power, or a failing disk, makes of a file that an earlier life wrote. */
function tear({ directory, manifest }: StateFiles, which: number): void {
  const facts = ['planned.json', 'readers.json'].map((name) => join(directory, name)).filter((file) => existsSync(file));
  const tears: (() => void)[] = facts.map((file) => () => writeFileSync(file, ''));
  // Without its count and checksum, a manifest that was torn is refused: then there is nothing to hold it against.
  if (existsSync(manifest) && readFact(stateFiles(directory), 'planned') !== undefined && facts.length === 2) {
    const text = readFileSync(manifest, 'utf8');
    const lines = text.split(/(?<=\n)/);
    for (const torn of [lines.slice(0, -2).join(''), text + (lines.at(-2) ?? ''), '\0'.repeat(50), ''])
      tears.push(() => writeFileSync(manifest, torn));
    tears.push(() => rmSync(manifest));
  }
  tears[which % Math.max(1, tears.length)]?.();
}

function stateOf(directory: string): StateFiles {
  return stateFiles(join(directory, 'state'));
}

it('comes to the one right end, whatever happens on the way', async () => {
  await fc.assert(fc.asyncProperty(scenario, live), { numRuns: Number(process.env.PARALLELRUN_SEQUENCES ?? 5_000) });
}, 600_000);

const plain: Scenario = {
  count: 3,
  size: 1,
  isolates: false,
  bad: [],
  slots: [1],
  maxRetries: 0,
  failuresAllowed: -1,
  fates: [],
  failingStarts: [],
  lives: [],
};
const patient: Script = { fate: () => 'ok', rows: String, initFails: () => false };

it('rows that are put on disk for an hour before there is a mini-batch are no standstill', async () => {
  const path = join(root, 'long.csv');
  writeFileSync(path, `k,text\n${`a,${'x'.repeat(1000)}\n`.repeat(8000)}`);
  const run = new Run(join(root, String(folders++)), plain, patient, new FakeSegments());
  const read: typeof disk.read = (...given) => {
    run.clock.pass(500_000);
    return disk.read(...given);
  };
  const settings = { ...settingsOf(plain), partitionKeys: ['k'] };
  await run.begin(plain, 'unsynced', { inputs: [{ name: 'in', type: 'uri_file', path, store: { ...disk, read } }], settings });
  expect(await run.finish()).toMatchObject({ kind: 'completed' });
  expect(run.clock.now()).toBeGreaterThan(3_600_000);
});

it.runIf(process.platform === 'linux').each([
  ['the ledger is no file', (state: StateFiles) => mkdirSync(state.ledger)],
  ['the manifest is no file', (state: StateFiles) => mkdirSync(state.manifest)],
  ['a fact is no file', (state: StateFiles) => mkdirSync(join(state.directory, 'planned.json'))],
])('opening that fails half-way leaves nothing open: %s', async (_, spoil) => {
  const directory = join(root, String(folders++));
  const state = stateOf(directory);
  prepareState(state);
  writeFileSync(join(state.directory, 'readers.json'), JSON.stringify([{ kind: 'files', name: 'in', root: inputFolder }]));
  spoil(state);
  const before = readdirSync('/proc/self/fd').length;
  const run = new Run(directory, plain, patient, new FakeSegments());
  await expect(run.begin(plain)).rejects.toThrow();
  await run.close();
  expect(readdirSync('/proc/self/fd').length).toBe(before);
  expect(run.clock.isTicking).toBe(false);
  expect(run.compute.starts).toBe(0);
});
