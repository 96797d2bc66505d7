import { expect, it } from 'vitest';
import { limits, runArguments } from '../../../../src/os/container/run-arguments.ts';

const machine: Readonly<Record<string, string>> = {
  '/proc/self/limits': `Limit                     Soft Limit           Hard Limit           Units
Max processes             96365                96365                processes
Max open files            1024                 20000                files
`,
  '/proc/sys/kernel/pid_max': '32768\n',
};

it('podman is not asked for more than this process may have; other tools know it themselves', () => {
  expect(limits({ name: 'podman' }, (file) => machine[file] ?? '')).toEqual(['--ulimit=nofile=20000:20000', '--ulimit=nproc=32768:32768']);
  expect(limits({ name: 'podman' }, () => '')).toEqual([]);
  expect(limits({ name: 'docker' }, (file) => machine[file] ?? '')).toEqual([]);
});

it('a folder is mounted once, to be written where somebody writes; what lies in another one alike is there with it', () => {
  const tool = { name: 'docker', file: '/usr/bin/docker', environmentVariables: {} } as const;
  const mount = (path: string, isWritable = false) => ({ path, isWritable });
  const mounts = [
    mount('/a'),
    mount('/a/b'),
    mount('/a/out', true),
    mount('/a/out/in'),
    mount('/a/out', false),
    mount('/ab'),
    mount('/with,comma'),
  ];
  const args = runArguments({ tool, image: 'id', mounts, options: ['--network=none'] }, 'name', '1-ff:', ['/script']);
  const mounted = args.filter((_, at) => ['--mount', '--volume'].includes(args[at - 1] ?? ''));
  expect(mounted).toEqual([
    'type=bind,source=/a,target=/a,readonly',
    'type=bind,source=/a/out,target=/a/out',
    'type=bind,source=/a/out/in,target=/a/out/in,readonly',
    'type=bind,source=/ab,target=/ab,readonly',
    '/with,comma:/with,comma:ro',
  ]);
  expect(args.slice(-4)).toEqual(['--network=none', '--entrypoint=/bin/sh', 'id', '/script']);
  expect(args).toContain(`--user=${process.getuid?.()}:${process.getgid?.()}`);
});
