/**
 * An environment of one step on top of another: what a command installs (`pip install …`) goes into it, and neither into the one below,
 * which other jobs share, nor into the user's own Python.
 */
import { execFile } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';

/** Standard library alone: where Debian splits off what brings pip, this works all the same. */
const program = `
import os, site, sys, sysconfig, venv
below = [path for path in dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages(), site.getusersitepackages()]) if os.path.isdir(path)]
venv.EnvBuilder(symlinks=True, with_pip=False).create(sys.argv[1])
inside = os.path.join(sys.argv[1], "lib", "python%d.%d" % sys.version_info[:2], "site-packages")
with open(os.path.join(inside, "below.pth"), "w") as file: file.write("".join(path + "\\n" for path in below))
`;

/** A command that changes the environment that it runs in. */
export function installsPackages(command: string): boolean {
  return /\bpip[\d.]*\s+(?:[\w-]+\s+)*?install\b/.test(command);
}

/** Makes it anew. Returns its interpreter. @throws RequestError where the one below cannot do that */
export async function makeOverlay(python: string, directory: string): Promise<string> {
  rmSync(directory, { recursive: true, force: true });
  const own = join(directory, 'bin', 'python');
  try {
    await promisify(execFile)(python, ['-I', '-c', program, directory]);
    for (const name of ['pip', 'pip3']) {
      // The one below would install into what is below.
      writeFileSync(join(directory, 'bin', name), `#!/bin/sh\nexec '${own.replaceAll("'", "'\\''")}' -m pip "$@"\n`);
      chmodSync(join(directory, 'bin', name), 0o755);
    }
    return own;
  } catch (error) {
    throw new RequestError({
      code: 'overlay-not-made',
      message: `The command installs packages; the environment for them cannot be made with ${python}: ${messageOf(error).trim().split('\n').at(-1)}.`,
      hint: 'Declare the packages in the environment of the step, or let them go into the Python of this machine: --environment system.',
    });
  }
}
