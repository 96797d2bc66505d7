/**
 * Which running job writes to which place: one at a time on this machine, whatever homes the jobs are in. A claim is its process's
 * and ends with it: nothing has to be tidied up after one that died.
 */
import { rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { RequestError } from '../errors/types.ts';
import { makeFolder } from '../os/files.ts';
import { startTime } from '../os/start-time.ts';
import { checkWhole, exclusively, isDamaged, loadSqlite } from './database.ts';

/** A job, by the home that it is in. */
export interface Claimant {
  readonly home: string;
  readonly name: string;
}

const schema = `create table if not exists claims (
  path text primary key, home text not null, job text not null, pid integer not null, started text not null
) strict, without rowid`;

/**
 * Claims the places for a job that this process runs, or is about to start.
 * @throws RequestError (`output-taken`), and nothing is claimed, when another job writes to one of them
 */
export function claimPlaces(paths: readonly string[], { home, name }: Claimant): void {
  if (paths.length === 0) return;
  withClaims((database) => {
    const find = database.prepare('select * from claims where path = ?');
    const put = database.prepare('insert or replace into claims (path, home, job, pid, started) values (?, ?, ?, ?, ?)');
    exclusively(database, () => {
      for (const path of paths) {
        const held = find.get(path);
        if (held === undefined || (held.home === home && held.job === name)) continue;
        if (startTime(Number(held.pid)) === held.started) throw taken(path, { home: String(held.home), name: String(held.job) }, home);
      }
      const started = startTime(process.pid) ?? '';
      for (const path of paths) put.run(path, home, name, process.pid, started);
    });
  });
}

/** Makes a process that was started for the job the holder of what this one claimed for it. */
export function handOverPlaces({ home, name }: Claimant, pid: number): void {
  change(
    'update claims set pid = ?, started = ? where home = ? and job = ? and pid = ?',
    pid,
    startTime(pid) ?? '',
    home,
    name,
    process.pid,
  );
}

/** Gives up what this process claimed for the job. */
export function releasePlaces({ home, name }: Claimant): void {
  change('delete from claims where home = ? and job = ? and pid = ?', home, name, process.pid);
}

function change(sql: string, ...values: readonly (string | number)[]): void {
  withClaims((database) => database.prepare(sql).run(...values));
}

/** A machine that has no room for it lets jobs run without. */
function withClaims(work: (database: DatabaseSync) => unknown): void {
  const database = openClaims();
  if (database === undefined) return;
  try {
    work(database);
  } finally {
    database.close();
  }
}

function openClaims(): DatabaseSync | undefined {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `parallelrun-${uid}`);
  try {
    makeFolder(folder, 0o700);
    // Somebody else's folder of that name is not to be trusted.
    if (uid >= 0 && statSync(folder).uid !== uid) return undefined;
    return openOrRenew(join(folder, 'claims.db'));
  } catch {
    return undefined;
  }
}

/** After a loss of power nobody holds anything, and what it did to the file is no loss. */
function openOrRenew(file: string): DatabaseSync {
  try {
    return openWhole(file);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    for (const rest of ['', '-journal']) rmSync(file + rest, { force: true });
    return openWhole(file);
  }
}

function openWhole(file: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file, { timeout: 10_000 });
  try {
    database.exec(`pragma synchronous = off; ${schema}`);
    checkWhole(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function taken(path: string, holder: Claimant, home: string): RequestError {
  const elsewhere = holder.home === home ? '' : ` (in the home ${holder.home})`;
  const stream = `${holder.home === home ? '' : `PARALLELRUN_HOME=${holder.home} `}prl job stream --name ${holder.name}`;
  return new RequestError({
    code: 'output-taken',
    message: `The job ${holder.name}${elsewhere} is running and writes to ${path}, where an output of this job would go.`,
    hint: `Wait for it (${stream}), or give the output another path.`,
  });
}
