/** How containers are started. */
import { readFileSync } from 'node:fs';
import { type Container, type ContainerTool, containerLabel, type Mount } from './container.ts';

/** The arguments of `podman run` or `docker run`. @param lineage who starts it. @param script a file that a shell in it reads */
export function runArguments(
  { tool, image, mounts, options }: Omit<Container, 'path' | 'links'>,
  name: string,
  lineage: string,
  script: readonly string[],
): readonly string[] {
  return [
    ...quietly(tool),
    'run',
    '--rm',
    '--pull=never',
    // What its processes print goes to the step's logs without a detour.
    '--log-driver=none',
    '--name',
    name,
    '--label',
    `${containerLabel}=${lineage}`,
    ...asThisUser(tool),
    // Folders of this machine keep the labels that SELinux gave them.
    '--security-opt=label=disable',
    ...limits(tool),
    ...mounted(mounts),
    ...options,
    '--entrypoint=/bin/sh',
    image,
    ...script,
  ];
}

/** Podman warns of the machine's network plugins with each command. */
export function quietly({ name }: ContainerTool): readonly string[] {
  return name === 'podman' ? ['--log-level=error'] : [];
}

/** Before the names of containers that are to be killed and forgotten; podman would first wait for them to end by themselves. */
export function removal(tool: ContainerTool): readonly string[] {
  return [...quietly(tool), 'rm', '--force', ...(tool.name === 'podman' ? ['--time=0'] : [])];
}

/** What is written in the container is its user's, as without one. */
function asThisUser({ name }: ContainerTool): readonly string[] {
  const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return [`--user=${user}:${group}`, ...(name === 'podman' && user !== 0 ? ['--userns=keep-id'] : [])];
}

/**
 * Podman asks for higher limits than a process may have that is itself in a container or a small virtual machine, and nothing starts ("error
 * setting rlimit type 7"). What this process may have can always be given.
 */
export function limits({ name }: Pick<ContainerTool, 'name'>, read = readText): readonly string[] {
  if (name !== 'podman') return [];
  const own = read('/proc/self/limits');
  const mostProcesses = Number(read('/proc/sys/kernel/pid_max')) || Number.POSITIVE_INFINITY;
  const hard = (title: string) => Number(new RegExp(`^${title}\\s+\\S+\\s+(\\d+)`, 'm').exec(own)?.[1] ?? Number.NaN);
  const [files, processes] = [hard('Max open files'), Math.min(hard('Max processes'), mostProcesses)];
  return [
    ...(Number.isNaN(files) ? [] : [`--ulimit=nofile=${files}:${files}`]),
    ...(Number.isFinite(processes) ? [`--ulimit=nproc=${processes}:${processes}`] : []),
  ];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What lies in a folder that is mounted alike is there with it. */
function mounted(mounts: readonly Mount[]): readonly string[] {
  const all = new Map<string, boolean>();
  for (const { path, isWritable } of mounts) all.set(path, isWritable || all.get(path) === true);
  const covered = (path: string, isWritable: boolean) =>
    [...all].some(([other, theirs]) => other !== path && path.startsWith(`${other}/`) && theirs === isWritable && !between(other, path));
  const between = (outer: string, inner: string) =>
    [...all.keys()].some((each) => each !== outer && each !== inner && each.startsWith(`${outer}/`) && inner.startsWith(`${each}/`));
  return [...all]
    .filter(([path, isWritable]) => !covered(path, isWritable))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([path, isWritable]) => mount(path, isWritable));
}

/** A comma ends a field of the one option, a colon one of the other. */
function mount(path: string, isWritable: boolean): readonly string[] {
  if (path.includes(',')) return ['--volume', `${path}:${path}${isWritable ? '' : ':ro'}`];
  return ['--mount', `type=bind,source=${path},target=${path}${isWritable ? '' : ',readonly'}`];
}
