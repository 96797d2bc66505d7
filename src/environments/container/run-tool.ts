/** Commands of podman or docker that are not about a step's processes. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerTool } from '../../os/container/container.ts';
import { quietly } from '../../os/container/run-arguments.ts';
import { environmentsFolder } from '../kept/kept.ts';
import type { Making } from '../kept/make.ts';
import { type Ran, runProgram } from '../run-program.ts';

/** @param log what it prints goes there. Default: it is only returned */
export async function runTool(args: readonly string[], tool: ContainerTool, making: Making, log?: string): Promise<Ran> {
  const folder = environmentsFolder(making.home);
  mkdirSync(folder, { recursive: true });
  const own = log ?? join(folder, `.tool-${process.pid}.log`);
  try {
    const workshop = { ...making, environmentVariables: tool.environmentVariables };
    return await runProgram([tool.file, ...quietly(tool), ...args], workshop, own, folder);
  } finally {
    if (log === undefined) rmSync(own, { force: true });
  }
}

/** What a tool said, in a message of ours: its last lines, below it, on lines of their own. */
export function quoted(printed: string, lines = 25): string {
  return `${printed.trim().split('\n').slice(-lines).join('\n').replace(/^/gm, '  ')}\n`;
}
