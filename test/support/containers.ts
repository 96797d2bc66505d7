/**
 * An image of what this machine has (a shell, some tools, its Python), for podman: nothing is fetched. Where podman is not installed, or runs
 * nothing here, tests of containers are skipped, unless PARALLELRUN_TEST_CONTAINERS=required.
 */
import { execFileSync } from 'node:child_process';

export const testImage = 'localhost/parallelrun-test:1';

const script = `
set -euo pipefail
image=$1 node=$2
if podman image exists "$image"; then exec podman --log-level=error run --rm --network=none ${limits()} "$image" true; fi
python=$(python3 -c 'import os, sys; print(os.path.realpath(sys._base_executable))')
prefix=$(python3 -c 'import sys; print(sys.base_prefix)')
library=$(python3 -c 'import os; print(os.path.dirname(os.__file__))')
programs="/bin/sh $(for name in bash cat env id ls mkdir sleep true; do type -P $name; done) $python $prefix/bin/python3"
libraries=$(for file in $programs "$node" $(find "$library/lib-dynload" -name '*.so'); do ldd "$file" 2>/dev/null || true; done | grep -o '/[^ ]*' | sort -u)
tar -c --dereference --exclude=__pycache__ --exclude=site-packages --exclude=dist-packages --exclude=test --exclude=ensurepip --exclude='config-3*' \\
  $programs $libraries "$library" 2>/dev/null |
  podman --log-level=error import --quiet --change "ENV PATH=$prefix/bin:/usr/local/bin:/usr/bin:/bin" --change 'ENV FROM_IMAGE=yes' - "$image"
exec podman --log-level=error run --rm --network=none ${limits()} "$image" true
`;

/** For podman as root in a small virtual machine. */
function limits(): string {
  return '--ulimit nofile=1024:1024 --ulimit nproc=1024:1024';
}

function made(): boolean {
  try {
    execFileSync('bash', ['-c', script, 'bash', testImage, process.execPath], { stdio: ['ignore', 'ignore', 'pipe'] });
    return true;
  } catch (error) {
    if (process.env.PARALLELRUN_TEST_CONTAINERS === 'required') throw error;
    process.stderr.write('Tests of containers are skipped: podman is not installed, or does not run here.\n');
    return false;
  }
}

/** Whether there is something to run it with; it is there then. */
export const hasContainers = made();

/** What is there of containers that jobs started: their names. */
export function jobContainers(): readonly string[] {
  return podman('ps', '--all', '--filter', 'label=parallelrun', '--format', '{{.Names}}').split('\n').filter(Boolean);
}

export function podman(...args: readonly string[]): string {
  return execFileSync('podman', ['--log-level=error', ...args], { encoding: 'utf8' }).trim();
}
