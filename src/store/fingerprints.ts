/** What steps ran with and what they left: which finished step can be taken in place of running another. */
import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { exclusively, openDatabase } from './database.ts';

/** One part of what decides a step's result. `detail` says what a hash stands for, where that is short enough to be told. */
export interface FingerprintPart {
  readonly hash: string;
  readonly detail?: Readonly<Record<string, string>>;
  /** Hashes of the files of an input that has few, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface RecordedOutput {
  readonly type: string;
  /** Absolute. */
  readonly path: string;
  /** In an object store; then nothing needs to be at `path`. */
  readonly address?: string;
  /** Names, sizes and times of its files when the step had completed; in a store, keys and versions. */
  readonly stat: string;
}

export interface StepFingerprint {
  readonly job: string;
  readonly step: string;
  /** All parts but the content of the inputs, in one hash. */
  readonly definition: string;
  /** `code`, `command`, `settings`, `inputs.x` … */
  readonly parts: Readonly<Record<string, FingerprintPart>>;
  readonly outputs: Readonly<Record<string, RecordedOutput>>;
  /** Why it was run, or whose outputs it took. */
  readonly decision: ReuseDecision;
  /** Its outputs may be taken. */
  readonly reusable: boolean;
  /** ISO 8601 in UTC. */
  readonly ended: string;
}

export type ReuseDecision =
  | { readonly kind: 'reused' /** The step that really ran: `JOB.STEP`; an earlier version wrote the job alone. */; readonly from: string }
  | { readonly kind: 'force_rerun' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'not_deterministic' }
  /** No finished step had the same fingerprint. */
  | { readonly kind: 'no_match' }
  /** One had, but its output is in an object store, at another address than this step's is to be, or was to be here. */
  | { readonly kind: 'outputs_elsewhere'; readonly job: string; readonly output: string }
  /** One had, but its output was changed or taken away since. */
  | { readonly kind: 'outputs_changed'; readonly job: string; readonly output: string };

/** What was read of a path, and the state of its files at that time. */
export interface KnownContent {
  readonly stat: string;
  readonly content: string;
  /** JSON. */
  readonly listing: string;
}

export interface Fingerprints {
  /** Reusable steps with this definition, newest first. */
  candidates(definition: string): readonly StepFingerprint[];
  get(job: string, step: string): StepFingerprint | undefined;
  /** Reusable steps of other jobs, newest first, those of the same name before the others. */
  others(job: string, step: string): readonly StepFingerprint[];
  /** Runs the work while nobody can delete the job whose step this is; false, and nothing is done, where it is deleted already. */
  whileThere(fingerprint: StepFingerprint, work: () => void): boolean;
  save(fingerprint: StepFingerprint): void;
  content(path: string): Pick<KnownContent, 'stat' | 'content'> | undefined;
  /** JSON; long for a folder of many files. */
  listing(path: string): string | undefined;
  saveContent(path: string, known: KnownContent): void;
  close(): void;
}

/** So many earlier runs are looked at. */
const most = 100;

export function openFingerprints(home: string): Fingerprints {
  const database = openDatabase(join(home, 'store.db'));
  const all = (sql: string, ...values: SQLInputValue[]) =>
    database
      .prepare(sql)
      .all(...values)
      .map(fingerprint);
  return {
    candidates: (definition) =>
      all('select * from step_fingerprints where definition = ? and reusable = 1 order by ended desc limit ?', definition, most),
    get: (job, step) => all('select * from step_fingerprints where job = ? and step = ?', job, step)[0],
    others: (job, step) =>
      all('select * from step_fingerprints where job <> ? and reusable = 1 order by step = ? desc, ended desc limit ?', job, step, most),
    whileThere({ job, step }, work) {
      return exclusively(database, () => {
        const isThere = database.prepare('select 1 from step_fingerprints where job = ? and step = ?').get(job, step) !== undefined;
        if (isThere) work();
        return isThere;
      });
    },
    save: (saved) => save(database, saved),
    content(path) {
      const row = database.prepare('select stat, content from contents where path = ?').get(path);
      return row === undefined ? undefined : { stat: String(row.stat), content: String(row.content) };
    },
    listing(path) {
      const row = database.prepare('select listing from contents where path = ?').get(path);
      return row === undefined ? undefined : String(row.listing);
    },
    saveContent(path, { stat, content, listing }) {
      database
        .prepare('insert or replace into contents (path, stat, content, listing) values (?, ?, ?, ?)')
        .run(path, stat, content, listing);
    },
    close: () => database.close(),
  };
}

function save(database: DatabaseSync, saved: StepFingerprint): void {
  const { job, step, definition, parts, outputs, decision, reusable, ended } = saved;
  database
    .prepare(
      'insert or replace into step_fingerprints (job, step, definition, parts, outputs, decision, reusable, ended) values (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(job, step, definition, JSON.stringify(parts), JSON.stringify(outputs), JSON.stringify(decision), reusable ? 1 : 0, ended);
}

function fingerprint(row: Readonly<Record<string, unknown>>): StepFingerprint {
  return {
    job: String(row.job),
    step: String(row.step),
    definition: String(row.definition),
    parts: JSON.parse(String(row.parts)),
    outputs: JSON.parse(String(row.outputs)),
    decision: JSON.parse(String(row.decision)),
    reusable: row.reusable === 1,
    ended: String(row.ended),
  };
}
