/** What the run store knows of each job; everything that happens inside a job is in its event log. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type Problem, RequestError } from '../errors/types.ts';
import type { Status } from '../events/types.ts';
import type { JobSpec } from '../language/types.ts';
import { exclusively } from './database.ts';
import { jobLayout } from './layout.ts';
import { checkName, generateName } from './names.ts';
import { restored, stored } from './stored-spec.ts';

export interface JobRecord {
  readonly name: string;
  /** As its coordinator last wrote it: one that died could not say so. `showJob` judges that. */
  readonly status: Status;
  readonly displayName?: string;
  readonly experimentName?: string;
  /** The file that the job was read from. */
  readonly source?: string;
  /** Only the first mini-batches of each parallel step are run. */
  readonly limit?: number;
  readonly error?: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly ended?: string;
  readonly archived: boolean;
}

export interface NewJob {
  /** Default: a generated one. */
  readonly name?: string;
  readonly limit?: number;
}

export interface JobFilter {
  /** `true`: only archived ones, `false` (default): only the others, `'any'`: both. */
  readonly archived?: boolean | 'any';
  readonly limit?: number;
}

export interface JobStore {
  /** Stores the job with its spec, as `NotStarted`. @throws RequestError for a bad name or one that is taken. */
  create(spec: JobSpec, job: NewJob): JobRecord;
  /** @throws RequestError (`unknown-job`) */
  get(name: string): JobRecord;
  /** Newest first. */
  list(filter?: JobFilter): readonly JobRecord[];
  count(filter?: JobFilter): number;
  /** For looking at the job, also at one that this version cannot run any more. */
  spec(name: string): JobSpec;
  /** @throws RequestError (`outdated-spec`) for a job that an earlier version stored and this one cannot carry on. */
  specToRun(name: string): JobSpec;
  setStatus(name: string, status: Status, error?: string): void;
  setArchived(name: string, archived: boolean): void;
  /** Takes back a job that turned out to be impossible before anything of it ran. */
  remove(name: string): void;
}

const finalStatuses: readonly Status[] = ['Completed', 'Failed', 'Canceled'];

export function jobStore(home: string, database: DatabaseSync): JobStore {
  const byName = database.prepare('select * from jobs where name = ?');

  function find(name: string): JobRecord | undefined {
    const row = byName.get(name);
    return row === undefined ? undefined : record(row);
  }

  return {
    create(spec, { name, limit }) {
      if (name !== undefined) checkName('job', name);
      return exclusively(database, () => {
        const own = name ?? freshName((candidate) => find(candidate) !== undefined);
        if (find(own) !== undefined) throw nameTaken(own);
        const layout = jobLayout(home, own);
        // Left by a process that died before its row was committed.
        rmSync(layout.directory, { recursive: true, force: true });
        mkdirSync(layout.directory, { recursive: true });
        writeFileSync(layout.spec, JSON.stringify(stored(spec)));
        database
          .prepare(
            'insert into jobs (name, status, display_name, experiment_name, source, mini_batch_limit, created) values (?, ?, ?, ?, ?, ?, ?)',
          )
          .run(
            own,
            'NotStarted' satisfies Status,
            spec.displayName ?? null,
            spec.experimentName ?? null,
            spec.source ?? null,
            limit ?? null,
            new Date().toISOString(),
          );
        return record(byName.get(own) ?? {});
      });
    },
    get(name) {
      const found = find(name);
      if (found === undefined) throw new RequestError(unknownJob(name, home));
      return found;
    },
    list({ archived = false, limit } = {}) {
      const rows = database
        .prepare(`select * from jobs where archived in (?, ?) order by created desc, rowid desc limit ?`)
        .all(...archivedValues(archived), limit ?? -1);
      return rows.map(record);
    },
    count({ archived = false } = {}) {
      const row = database.prepare('select count(*) as n from jobs where archived in (?, ?)').get(...archivedValues(archived));
      return Number(row?.n);
    },
    spec: (name) => storedJob(home, name),
    specToRun(name) {
      const { spec, problems } = readSpec(home, name);
      if (problems.length > 0) throw outdated(name, spec, problems);
      return spec;
    },
    setStatus(name, status, error) {
      const ended = finalStatuses.includes(status) ? new Date().toISOString() : null;
      database.prepare('update jobs set status = ?, error = ?, ended = ? where name = ?').run(status, error ?? null, ended, name);
    },
    setArchived(name, archived) {
      database.prepare('update jobs set archived = ? where name = ?').run(archived ? 1 : 0, name);
    },
    remove(name) {
      database.prepare('delete from jobs where name = ?').run(name);
      rmSync(jobLayout(home, name).directory, { recursive: true, force: true });
    },
  };
}

/** The job as it was stored, for looking at it. */
export function storedJob(home: string, name: string): JobSpec {
  return readSpec(home, name).spec;
}

function readSpec(home: string, name: string): { readonly spec: JobSpec; readonly problems: readonly Problem[] } {
  const { value, problems } = restored(JSON.parse(readFileSync(jobLayout(home, name).spec, 'utf8')));
  return { spec: value as JobSpec, problems };
}

function outdated(name: string, spec: JobSpec, problems: readonly Problem[]): RequestError {
  const again = spec.source === undefined ? 'Submit it again' : `Mend ${spec.source} and run it again`;
  return new RequestError(
    problems.map(({ code, message }) => ({
      code,
      message: `The job ${name} was stored by an earlier version and cannot be carried on by this one: ${message}`,
      hint: `${again}; what it has made stays: prl job download --name ${name} --all`,
    })),
  );
}

function freshName(taken: (name: string) => boolean): string {
  for (;;) {
    const name = generateName();
    if (!taken(name)) return name;
  }
}

function archivedValues(archived: boolean | 'any'): [number, number] {
  return archived === 'any' ? [0, 1] : archived ? [1, 1] : [0, 0];
}

function nameTaken(name: string): RequestError {
  return new RequestError({
    code: 'job-exists',
    message: `A job called ${name} is there already.`,
    hint: `Give another --name, or see it with: prl job show --name ${name}`,
  });
}

function unknownJob(name: string, home: string): Problem {
  return { code: 'unknown-job', message: `No job is called ${JSON.stringify(name)} in ${home}.`, hint: 'List them with: prl job list' };
}

function record(row: Readonly<Record<string, unknown>>): JobRecord {
  const text = (column: string) => (typeof row[column] === 'string' ? row[column] : undefined);
  const displayName = text('display_name');
  const experimentName = text('experiment_name');
  const source = text('source');
  const error = text('error');
  const ended = text('ended');
  const limit = row.mini_batch_limit;
  return {
    name: text('name') ?? '',
    status: (text('status') ?? 'NotStarted') as Status,
    ...(displayName !== undefined && { displayName }),
    ...(experimentName !== undefined && { experimentName }),
    ...(source !== undefined && { source }),
    ...(typeof limit === 'number' && { limit }),
    ...(error !== undefined && { error }),
    created: text('created') ?? '',
    ...(ended !== undefined && { ended }),
    archived: row.archived === 1,
  };
}
