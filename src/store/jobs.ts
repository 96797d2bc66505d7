/** What the run store knows of each job: an index, made again from the jobs' folders when it is lost. */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type Problem, RequestError } from '../errors/types.ts';
import type { Status } from '../events/types.ts';
import type { Amendment } from '../language/amend.ts';
import type { Portion } from '../language/portion.ts';
import type { JobSpec } from '../language/types.ts';
import { withoutAddressSecrets } from './address-secrets.ts';
import { exclusively } from './database.ts';
import {
  holdsJob,
  type JobFacts,
  jobFolders,
  readEnding,
  readJobFacts,
  readStoredSpec,
  writeJobFacts,
  writeStoredSpec,
} from './job-folder.ts';
import { type JobLayout, jobLayout } from './layout.ts';
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
  /** Only these mini-batches are run. */
  readonly portion?: Portion;
  readonly error?: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly ended?: string;
  readonly archived: boolean;
}

export interface NewJob {
  /** Default: a generated one. */
  readonly name?: string;
  readonly portion?: Portion;
  /** Who creates it, and where. */
  readonly workingDirectory?: string;
  readonly createdBy?: string;
}

export interface JobFilter {
  /** `true`: only archived ones, `false` (default): only the others, `'any'`: both. */
  readonly archived?: boolean | 'any';
  readonly limit?: number;
}

export interface JobStore {
  /** Stores the job with its spec, as `NotStarted`. @throws RequestError for a bad name or one that is taken. */
  create(spec: JobSpec, job: NewJob): JobRecord;
  has(name: string): boolean;
  /** @throws RequestError (`unknown-job`) */
  get(name: string): JobRecord;
  /** Jobs whose folders are there and that the database has lost are in it again; returns how many. */
  findAgain(): number;
  /** Newest first. */
  list(filter?: JobFilter): readonly JobRecord[];
  count(filter?: JobFilter): number;
  /** Names of jobs whose folders were taken away by hand: nothing else is left of them. */
  gone(): readonly string[];
  /** Of those, nothing is known any more. */
  forgetGone(): void;
  /** For looking at the job, also at one that this version cannot run any more. */
  spec(name: string): JobSpec;
  /** The same; undefined for one that is torn, or of a newer version: such a job can be listed all the same. */
  readableSpec(name: string): JobSpec | undefined;
  /** @throws RequestError (`outdated-spec`) for a job that an earlier version stored and this one cannot carry on. */
  specToRun(name: string): JobSpec;
  /** The job goes on with another spec. */
  amend(name: string, spec: JobSpec, amendments: readonly Amendment[]): void;
  /** Oldest first. */
  amendments(name: string): NonNullable<JobFacts['amendments']>;
  setStatus(name: string, status: Status, error?: string): void;
  setArchived(name: string, archived: boolean): void;
  /** Takes it away with its folder; its outputs elsewhere stay. */
  remove(name: string): void;
  /** From now on no job takes outputs of its steps in place of running its own. */
  forbidReuse(name: string): void;
  /** Some job may take outputs of its steps. */
  isReusable(name: string): boolean;
}

const finalStatuses: readonly Status[] = ['Completed', 'Failed', 'Canceled'];

export function jobStore(home: string, database: DatabaseSync): JobStore {
  const byName = database.prepare('select * from jobs where name = ?');

  /** A row alone is no job: whoever took the folder away took the job. */
  function find(name: string): JobRecord | undefined {
    const row = byName.get(name);
    const found = row === undefined ? undefined : record(home, row);
    return found !== undefined && isThere(jobLayout(home, found.name)) ? found : undefined;
  }

  function listed(archived: boolean | 'any'): readonly JobRecord[] {
    const rows = database
      .prepare('select * from jobs where archived in (?, ?) order by created desc, rowid desc')
      .all(...archivedValues(archived));
    const folders = new Set(jobFolders(home));
    return rows.map((row) => record(home, row)).filter(({ name }) => folders.has(name));
  }

  function gone(): readonly string[] {
    const folders = new Set(jobFolders(home));
    const rows = database.prepare('select name from jobs order by created desc, rowid desc').all();
    return rows.map(({ name }) => String(name)).filter((name) => !folders.has(name));
  }

  function insert(name: string, status: Status, spec: Partial<JobSpec>, { created, portion, archived }: JobFacts): void {
    database
      .prepare(
        `insert into jobs (name, status, display_name, experiment_name, source, mini_batch_limit, created, archived)
         values (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        name,
        status,
        spec.displayName ?? null,
        spec.experimentName ?? null,
        spec.source ?? null,
        portion?.count ?? null,
        created,
        archived ? 1 : 0,
      );
  }

  /** A job whose row is lost, by its folder. Its status is what `showJob` finds. */
  function insertAgain(name: string): void {
    const layout = jobLayout(home, name);
    const ending = readEnding(layout);
    const spec: Partial<JobSpec> = readableSpec(home, name) ?? {};
    const facts = readJobFacts(layout) ?? { created: statSync(layout.directory).birthtime.toISOString(), archived: false };
    insert(name, ending?.status ?? (existsSync(layout.events) ? 'Running' : 'NotStarted'), spec, facts);
    if (ending !== undefined) {
      database.prepare('update jobs set error = ?, ended = ? where name = ?').run(ending.error ?? null, ending.ended, name);
    }
  }

  return {
    findAgain() {
      const missing = () => {
        const known = new Set(
          database
            .prepare('select name from jobs')
            .all()
            .map(({ name }) => String(name).toLowerCase()),
        );
        return jobFolders(home).filter((name) => !known.has(name.toLowerCase()) && holdsJob(jobLayout(home, name)));
      };
      if (missing().length === 0) return 0;
      return exclusively(database, () => {
        const names = missing();
        for (const name of names) insertAgain(name);
        return names.length;
      });
    },
    create(spec, { name, portion, workingDirectory, createdBy }) {
      if (name !== undefined) checkName('job', name);
      return exclusively(database, () => {
        const own = name ?? freshName((candidate) => find(candidate) !== undefined || existsSync(jobLayout(home, candidate).directory));
        const layout = jobLayout(home, own);
        if (find(own) !== undefined || holdsJob(layout)) throw nameTaken(own);
        // Left by a process that died before it had made the job.
        if (existsSync(layout.directory)) rmSync(layout.directory, { recursive: true });
        mkdirSync(layout.directory, { recursive: true });
        const facts: JobFacts = {
          created: new Date().toISOString(),
          archived: false,
          ...(portion !== undefined && { portion }),
          ...(workingDirectory !== undefined && { workingDirectory }),
          ...(createdBy !== undefined && { createdBy }),
        };
        try {
          writeStoredSpec(layout, stored(withoutAddressSecrets(home, ['jobs', own], spec)));
          writeJobFacts(layout, facts);
          database.prepare('delete from jobs where name = ?').run(own);
          insert(own, 'NotStarted', spec, facts);
        } catch (error) {
          forget(layout);
          throw error;
        }
        return record(home, byName.get(own) ?? {});
      });
    },
    has: (name) => find(name) !== undefined,
    get(name) {
      const found = find(name);
      if (found === undefined) throw new RequestError(byName.get(name) === undefined ? unknownJob(name, home) : removedJob(name, home));
      return found;
    },
    list({ archived = false, limit } = {}) {
      return listed(archived).slice(0, limit);
    },
    count: ({ archived = false } = {}) => listed(archived).length,
    gone,
    forgetGone() {
      for (const name of gone()) {
        database.prepare('delete from jobs where name = ?').run(name);
        this.forbidReuse(name);
      }
    },
    spec: (name) => storedJob(home, name),
    readableSpec: (name) => readableSpec(home, name),
    specToRun(name) {
      const { spec, problems } = readSpec(home, name);
      if (problems.length > 0) throw outdated(name, spec, problems);
      return spec;
    },
    amend(name, spec, amendments) {
      const layout = jobLayout(home, name);
      const facts = readJobFacts(layout) ?? { created: this.get(name).created, archived: false };
      const at = new Date().toISOString();
      writeStoredSpec(layout, stored(spec));
      writeJobFacts(layout, { ...facts, amendments: [...(facts.amendments ?? []), ...amendments.map((one) => ({ ...one, at }))] });
    },
    amendments: (name) => readJobFacts(jobLayout(home, name))?.amendments ?? [],
    setStatus(name, status, error) {
      const ended = finalStatuses.includes(status) ? new Date().toISOString() : null;
      database.prepare('update jobs set status = ?, error = ?, ended = ? where name = ?').run(status, error ?? null, ended, name);
    },
    setArchived(name, archived) {
      const layout = jobLayout(home, name);
      const facts = readJobFacts(layout) ?? { created: this.get(name).created };
      writeJobFacts(layout, { ...facts, archived });
      database.prepare('update jobs set archived = ? where name = ?').run(archived ? 1 : 0, name);
    },
    remove(name) {
      const layout = jobLayout(home, name);
      forget(layout);
      database.prepare('delete from jobs where name = ?').run(name);
      this.forbidReuse(name);
      rmSync(layout.directory, { recursive: true, force: true });
    },
    forbidReuse(name) {
      database.prepare('delete from step_fingerprints where job = ?').run(name);
    },
    isReusable: (name) => database.prepare('select 1 from step_fingerprints where job = ? limit 1').get(name) !== undefined,
  };
}

/** The job as it was stored, for looking at it. */
export function storedJob(home: string, name: string): JobSpec {
  return readSpec(home, name).spec;
}

function readSpec(home: string, name: string): { readonly spec: JobSpec; readonly problems: readonly Problem[] } {
  const { value, problems } = restored(readStoredSpec(jobLayout(home, name), name));
  return { spec: value as JobSpec, problems };
}

function readableSpec(home: string, name: string): JobSpec | undefined {
  try {
    return storedJob(home, name);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
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

function isThere({ facts, spec, events }: JobLayout): boolean {
  return [facts, spec, events].some((file) => existsSync(file));
}

/** It is no job any more, whatever of its folder cannot be taken away. */
function forget({ facts, spec, events }: JobLayout): void {
  for (const file of [facts, spec, events]) rmSync(file, { recursive: true, force: true });
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

function removedJob(name: string, home: string): Problem {
  return {
    code: 'removed-job',
    message: `The folder of the job ${name} was taken away by hand: ${jobLayout(home, name).directory} is not there.`,
    hint: 'What it wrote elsewhere is where it was. Another job may have the name.',
  };
}

function record(home: string, row: Readonly<Record<string, unknown>>): JobRecord {
  const text = (column: string) => (typeof row[column] === 'string' ? row[column] : undefined);
  const displayName = text('display_name');
  const experimentName = text('experiment_name');
  const source = text('source');
  const error = text('error');
  const ended = text('ended');
  const name = text('name') ?? '';
  const limit = row.mini_batch_limit;
  // The row says how many these are; which ones, the job's folder does.
  const portion = typeof limit === 'number' ? (readJobFacts(jobLayout(home, name))?.portion ?? { from: 0, count: limit }) : undefined;
  return {
    name,
    status: (text('status') ?? 'NotStarted') as Status,
    ...(displayName !== undefined && { displayName }),
    ...(experimentName !== undefined && { experimentName }),
    ...(source !== undefined && { source }),
    ...(portion !== undefined && { portion }),
    ...(error !== undefined && { error }),
    created: text('created') ?? '',
    ...(ended !== undefined && { ended }),
    archived: row.archived === 1,
  };
}
