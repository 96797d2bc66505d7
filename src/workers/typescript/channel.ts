/** Descriptors 3 and 4: commands come in, reports go out. */
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isErrno } from '../../errors/thrown.ts';
import { LineSplitter } from '../../os/lines.ts';
import type { Report } from '../protocol/messages.ts';
import { decodeCommand, encodeReport, type WorkerCommand } from '../protocol/wire.ts';

const commandsDescriptor = 3;
const reportsDescriptor = 4;

export function readCommands(command: (command: WorkerCommand) => void, end: () => void): void {
  const socket = new Socket({ fd: commandsDescriptor, readable: true, writable: false });
  const lines = new LineSplitter();
  socket.on('data', (chunk: Buffer) => lines.push(chunk, (line) => command(decodeCommand(line))));
  socket.on('end', end);
  socket.on('error', end);
}

/** Synchronous, so that a report is out whatever the script does next (`process.exit` included). */
export function sendReport(report: Report): void {
  try {
    writeFully(reportsDescriptor, Buffer.from(`${encodeReport(report)}\n`), null);
  } catch {
    killOwnGroup();
  }
}

/** The coordinator is gone: nobody would ever read what this process and its children still do. */
export function killOwnGroup(): never {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // Not a group leader: under a debugger in somebody's terminal.
  }
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the coordinator is gone');
}

/** Writes all of it, also where the descriptor is non-blocking and its reader is slow. */
export function writeFully(descriptor: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done, bytes.length - done, position === null ? null : position + done);
    } catch (error) {
      if (!isErrno(error, 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
