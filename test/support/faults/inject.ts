/**
 * Loaded before the command line (`node --import`), never by it: counts the calls that change files, and at the one that
 * `FAULT=<kind>:<n>` names ends the process, or lets the call fail as the system would. `FAULT_COUNT` names a file that is told
 * how many calls there were.
 */
import child, { type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { type FaultKind, isFaultKind } from './kinds.ts';

// biome-ignore lint/suspicious/noExplicitAny: stands in front of functions of every shape
type Call = (this: any, ...args: any[]) => any;
type Holder = Record<string, Call>;

const real = { ...fs };
const [kind, number] = (process.env.FAULT ?? 'none:0').split(':');
const fault: FaultKind = isFaultKind(kind) ? kind : 'none';
const at = Number(number);
let count = 0;

/** Files that were written since they were last brought to the disk, with the length that is there. */
const unsynced = new Map<string, number>();

function pathOf(descriptor: number): string {
  try {
    return real.readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}

function sizeOf(path: string): number {
  return real.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function noteWrite(path: string, replaces: boolean): void {
  if (replaces) unsynced.set(path, 0);
  else if (!unsynced.has(path)) unsynced.set(path, sizeOf(path));
}

/** What the disk did not get is gone; a rename is there before the bytes of its file. */
function losePower(): void {
  for (const [path, length] of unsynced) if (real.existsSync(path) && real.statSync(path).isFile()) real.truncateSync(path, length);
}

function end(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const numbers: Readonly<Record<string, number>> = { EIO: 5, EMFILE: 24, ENOSPC: 28, EROFS: 30 };

function systemError(code: string, syscall: string, path: unknown): Error {
  const words = { EIO: 'i/o error', EMFILE: 'too many open files', ENOSPC: 'no space left on device', EROFS: 'read-only file system' }[
    code
  ];
  const where = typeof path === 'string' ? ` '${path}'` : '';
  return Object.assign(new Error(`${code}: ${words}, ${syscall}${where}`), { code, errno: -(numbers[code] ?? 1), syscall, path });
}

const frees = /^(rm|unlink|rmdir|rename|close|truncate|ftruncate|fsync|fdatasync|datasync|sync)/;

const product = dirname(dirname(dirname(import.meta.dirname)));

/** Undefined: the call is made. */
function judge(name: string, args: readonly unknown[], opensOnly: boolean): Error | undefined {
  // Its own modules are loaded, as if they were compiled in.
  if (opensOnly && String(args[0]).replace('file://', '').startsWith(product)) return undefined;
  if ((fault === 'EMFILE') !== opensOnly && fault !== 'none') return undefined;
  if (fault === 'none' && opensOnly) return undefined;
  count += 1;
  switch (fault) {
    case 'kill':
      if (count === at) end();
      return undefined;
    case 'power':
      if (count !== at) return undefined;
      losePower();
      return end();
    case 'torn':
      if (count !== at) return undefined;
      tear(name, args);
      return end();
    case 'EIO':
    case 'EMFILE':
      return count === at ? systemError(fault, name, args[0]) : undefined;
    case 'EROFS':
      return count >= at ? systemError(fault, name, args[0]) : undefined;
    case 'ENOSPC':
      return count >= at && !frees.test(name) ? systemError(fault, name, args[0]) : undefined;
    case 'none':
      return undefined;
  }
}

/** The first half of what was to be written arrives. */
function tear(name: string, args: readonly unknown[]): void {
  const [target, data] = args;
  if (name === 'writeFileSync' && typeof target === 'string' && typeof data === 'string') {
    real.writeFileSync(target, data.slice(0, data.length / 2));
  }
  if ((name === 'writeSync' || name === 'write') && typeof target === 'number' && Buffer.isBuffer(data)) {
    const [offset, length, position] = [args[2], args[3], args[4]].map(Number);
    real.writeSync(target, data, offset || 0, Math.floor((length || data.length) / 2), Number.isFinite(position) ? position : null);
  }
}

function changes(name: string, args: readonly unknown[]): boolean {
  if (!name.startsWith('open')) return true;
  const flags = args[1];
  if (typeof flags === 'number') return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0;
  return typeof flags === 'string' && flags !== 'r';
}

function remember(name: string, args: readonly unknown[]): void {
  const [target, other] = args;
  if (/^writeFile|^appendFile/.test(name) && typeof target === 'string') noteWrite(target, name.startsWith('write'));
  if (/^write(Sync)?$/.test(name) && typeof target === 'number') noteWrite(pathOf(target), false);
  if (/^f(data)?sync/.test(name) && typeof target === 'number') unsynced.delete(pathOf(target));
  if (name.startsWith('rename') && typeof target === 'string' && typeof other === 'string') {
    const length = unsynced.get(target);
    unsynced.delete(target);
    unsynced.delete(other);
    if (length !== undefined) unsynced.set(other, length);
  }
}

function wrap(holder: Holder, name: string, how: 'sync' | 'callback' | 'promise', opensOnly = false): void {
  const original = holder[name];
  if (original === undefined) return;
  const wrapped: Call = function (...args) {
    if (!opensOnly && !changes(name, args)) return original.apply(this, args);
    const error = judge(name, args, opensOnly);
    if (error === undefined) {
      if (!opensOnly) remember(name, args);
      return original.apply(this, args);
    }
    if (how === 'sync') throw error;
    if (how === 'promise') return Promise.reject(error);
    return process.nextTick(args.at(-1), error);
  };
  // `promisify` finds here what a call gives back besides its first result.
  for (const symbol of Object.getOwnPropertySymbols(original)) {
    Object.defineProperty(wrapped, symbol, Object.getOwnPropertyDescriptor(original, symbol) ?? {});
  }
  const custom = Reflect.get(original, Symbol.for('nodejs.util.promisify.custom'));
  if (custom === undefined && name === 'write') {
    const promised = (...args: unknown[]) =>
      new Promise((resolve, reject) =>
        wrapped(...args, (error: unknown, bytesWritten: number, buffer: unknown) =>
          error ? reject(error) : resolve({ bytesWritten, buffer }),
        ),
      );
    Object.defineProperty(wrapped, Symbol.for('nodejs.util.promisify.custom'), { value: promised });
  }
  holder[name] = wrapped;
}

const changing = ['appendFile', 'chmod', 'copyFile', 'cp', 'fdatasync', 'fsync', 'ftruncate', 'link', 'mkdir', 'mkdtemp', 'open'].concat([
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'write',
  'writeFile',
  'writev',
]);

if (isMainThread) {
  for (const name of changing) {
    wrap(fs as unknown as Holder, `${name}Sync`, 'sync');
    wrap(fs as unknown as Holder, name, 'callback');
    wrap(fs.promises as unknown as Holder, name, 'promise');
  }
  for (const name of ['open', 'readFile', 'readdir', 'opendir', 'copyFile', 'writeFile', 'appendFile']) {
    wrap(fs as unknown as Holder, `${name}Sync`, 'sync', true);
    wrap(fs as unknown as Holder, name, 'callback', true);
    wrap(fs.promises as unknown as Holder, name, 'promise', true);
  }
  // A process is ended between the writes of SQLite too; what SQLite does on a failing disk is its own affair.
  const sqlite = silently(() => process.getBuiltinModule('node:sqlite'));
  if (fault === 'kill' || fault === 'none') {
    wrap(sqlite.DatabaseSync.prototype as unknown as Holder, 'exec', 'sync');
    wrap(sqlite.StatementSync.prototype as unknown as Holder, 'run', 'sync');
  }
  const spawn = child.spawn as unknown as Call;
  if (fault === 'kill' || fault === 'none') {
    (child as unknown as Holder).spawn = function (this: unknown, ...args: unknown[]): ChildProcess {
      judge('spawn', args, false);
      return spawn.apply(this, args);
    };
  }
  syncBuiltinESMExports();
  process.on('exit', () => {
    if (process.env.FAULT_COUNT !== undefined) real.writeFileSync(process.env.FAULT_COUNT, String(count));
  });
}

function silently<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
