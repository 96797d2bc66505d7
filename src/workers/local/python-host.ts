import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOurPython, withoutFolder } from '../../errors/stack.ts';
import { sizeOf, tail } from '../../os/log-tail.ts';
import { packageRoot } from '../../os/own-files.ts';
import type { Whereabouts } from '../compute.ts';
import type { AskedProcess, HostCommand } from './host.ts';

/** Python finds Azure's modules here, where they are not installed. */
export const pythonStartup = join(packageRoot, 'python', 'startup');

/** How a Python worker is started: nothing of ours is installed, and nothing that the script's children would inherit is set. */
export function pythonCommand(interpreter: string): HostCommand {
  return { file: interpreter, args: [join(packageRoot, 'python', 'worker.py')], env: {}, whereIs };
}

const lookEveryMs = 20;
const givenUpAfter = 25;
const mostLines = 200;

/** `faulthandler` writes the stacks of all threads to stderr at this signal, also while native code keeps the interpreter from running. */
async function whereIs({ pid, stderr, code }: AskedProcess): Promise<Whereabouts | undefined> {
  const before = sizeOf(stderr.path);
  process.kill(pid, 'SIGUSR2');
  let size = before;
  for (let looks = 0; looks < givenUpAfter; looks += 1) {
    await sleep(lookEveryMs);
    const now = sizeOf(stderr.path);
    if (now > before && now === size) break;
    size = now;
  }
  const stack = tracebackOf(tail({ path: stderr.path, start: before }, mostLines), code);
  return stack === undefined ? undefined : { kind: 'stack', stack };
}

/** The script's part of what `faulthandler` wrote, in the order and form of a traceback; undefined where there is none. */
export function tracebackOf(dumped: string, code: string): string | undefined {
  const threads = dumped.split(/^(?=(?:Current thread|Thread) 0x)/m).flatMap((text) => {
    const frames = [...text.matchAll(/^ {2}File "(.*)", line (\d+) in (.*)$/gm)].filter(([, file = '']) => !isOurPython(file));
    return frames.length === 0 ? [] : [{ isMain: text.startsWith('Current'), frames: frames.toReversed().map(frameText) }];
  });
  const main = threads.find(({ isMain }) => isMain) ?? threads[0];
  if (main === undefined) return undefined;
  return withoutFolder(['Traceback (most recent call last):', ...main.frames].join('\n'), [code]);
}

function frameText([, file = '', number = '', name = '']: RegExpMatchArray): string {
  const source = lineOf(file, Number(number));
  return `  File "${file}", line ${number}, in ${name}${source === '' ? '' : `\n    ${source}`}`;
}

function lineOf(file: string, number: number): string {
  try {
    return readFileSync(file, 'utf8').split('\n')[number - 1]?.trim() ?? '';
  } catch {
    return '';
  }
}
