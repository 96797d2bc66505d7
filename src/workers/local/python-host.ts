import { join } from 'node:path';
import type { HostCommand } from './host.ts';

/** How a Python worker is started: nothing of ours is installed, and nothing that the script's children would inherit is set. */
export function pythonCommand(interpreter: string): HostCommand {
  return { file: interpreter, args: [join(import.meta.dirname, '..', '..', '..', 'python', 'worker.py')], env: {} };
}
