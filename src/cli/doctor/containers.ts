/** Whether containers run here, not only whether a program for them is installed. */
import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { containerTools, findContainerTool } from '../../environments/container/tool.ts';
import type { ContainerTool } from '../../os/container/container.ts';
import { limits, quietly } from '../../os/container/run-arguments.ts';
import { broken, type Check, found, missing, type Sought } from './check.ts';

const enables = 'environments of images (--environment container)';
const get = {
  podman: 'apt-get install podman, or https://podman.io',
  docker: 'https://docs.docker.com/engine/install; podman will do as well',
};

export function containers(variables: Readonly<Record<string, string>>): Promise<readonly Check[]> {
  return Promise.all(
    containerTools.map(async (name) => {
      const sought = { check: name, enables, get: get[name] };
      const tool = await findContainerTool({ ...variables, PARALLELRUN_CONTAINER_TOOL: name });
      return tool === undefined ? missing(sought) : tried(sought, tool);
    }),
  );
}

async function tried(sought: Sought, tool: ContainerTool): Promise<Check> {
  const ask = async (...args: readonly string[]) =>
    (await promisify(execFile)(tool.file, [...quietly(tool), ...args], { timeout: 10_000, env: tool.environmentVariables })).stdout.trim();
  try {
    const version = await ask('--version');
    // An image for docker would have to be fetched first: its server's answer must do.
    if (tool.name === 'docker') await ask('version', '--format', '{{.Server.Version}}');
    else await runOnce(ask, tool);
    return found(
      sought,
      `${/\d+\.\d+\.\d+/.exec(version)?.[0] ?? version} (${tool.file})${tool.name === 'podman' ? ', and it runs containers' : ''}`,
    );
  } catch (error) {
    return broken({ ...sought, get: `It must work first: ${tool.name} info` }, wordsOf(error));
  }
}

/** In a root of links and mounts to the machine's own programs: no image is needed for it. */
async function runOnce(ask: (...args: readonly string[]) => Promise<string>, tool: ContainerTool): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'prl-doctor-'));
  try {
    const mounts = ['/usr', '/bin', '/lib', '/lib64'].flatMap((folder) => {
      const stat = lstatSync(folder, { throwIfNoEntry: false });
      if (stat?.isSymbolicLink() === true) symlinkSync(readlinkSync(folder), join(root, folder));
      else if (stat !== undefined) mkdirSync(join(root, folder));
      return stat?.isDirectory() === true ? ['--volume', `${folder}:${folder}:ro`] : [];
    });
    await ask(
      'run',
      '--rm',
      '--network=none',
      '--security-opt=label=disable',
      ...limits(tool),
      ...mounts,
      '--rootfs',
      root,
      '/bin/sh',
      '-c',
      ':',
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function wordsOf(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return stderr.split('\n').at(-1) || (error instanceof Error ? error.message : String(error));
}
