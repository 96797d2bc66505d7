/** Images that steps run in: one that is there, is fetched, or is built once of the same files. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import type { BuildSpec } from '../../language/types.ts';
import type { ContainerTool } from '../../os/container/container.ts';
import { limits, quietly, runArguments } from '../../os/container/run-arguments.ts';
import { isRecord } from '../../os/facts.ts';
import type { MadeEnvironment } from '../kept/kept.ts';
import { keptOrMade, type Making } from '../kept/make.ts';
import { runProgram } from '../run-program.ts';
import { contextHash } from './context-files.ts';

/** What an environment says of its image. */
export type ImageSource = { readonly kind: 'image'; readonly name: string } | { readonly kind: 'build'; readonly build: BuildSpec };

export interface Image {
  /** What never leads to another one. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** The Python that is first on its PATH; absent: none. */
  readonly python?: { readonly file: string; readonly version: string };
}

/** Raised when what is noted of the same image changes. */
const format = 1;
const noted = 'image.json';

/** @throws RequestError with the tool's own words where it cannot be had */
export async function readyImage(source: ImageSource, tool: ContainerTool, making: Making): Promise<Image> {
  if (source.kind === 'image') {
    const id = (await idOf(source.name, tool, making)) ?? (await pulled(source.name, tool, making));
    // Looking into it takes as long as running it: done once.
    return noteOf(keyOf('image', id), { ...making, tell: () => {} }, (draft) => probe(id, source.name, tool, making, draft));
  }
  const key = keyOf('build', contextOf(source.build), source.build.dockerfilePath ?? 'Dockerfile');
  const tag = `${tool.name === 'podman' ? 'localhost/' : ''}parallelrun:${key}`;
  const fill = async (draft: string) => probe(await built(source.build, tag, tool, making, draft), tag, tool, making, draft);
  const image = await noteOf(key, making, fill);
  if ((await idOf(image.id, tool, making)) !== undefined) return image;
  // Somebody has removed it.
  rmSync(join(making.home, 'environments', key), { recursive: true, force: true });
  return noteOf(key, making, fill);

  function keyOf(...of: readonly string[]): string {
    return createHash('sha256')
      .update(JSON.stringify([format, tool.name, ...of]))
      .digest('hex')
      .slice(0, 24);
  }
}

async function noteOf(key: string, making: Making, make: (draft: string) => Promise<Image>): Promise<Image> {
  const fill = async (directory: string, draft: string): Promise<MadeEnvironment> => {
    const image = await make(draft);
    mkdirSync(directory);
    writeFileSync(join(directory, noted), JSON.stringify(image));
    const version = image.python?.version ?? '';
    return { language: 'image', base: image.id, version, packages: [image.name], made: new Date().toISOString() };
  };
  const directory = await keptOrMade({ key, needed: noted, fill }, making);
  const image: unknown = JSON.parse(readFileSync(join(directory, noted), 'utf8'));
  if (!isRecord(image) || typeof image.id !== 'string') throw new Error(`${join(directory, noted)} is no image`);
  return image as unknown as Image;
}

function contextOf({ path }: BuildSpec): string {
  try {
    return contextHash(path);
  } catch (cause) {
    const message = `The build folder ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}.`;
    throw new RequestError({ code: 'bad-build-folder', message }, { cause });
  }
}

/** Undefined where it is not on this machine. @throws RequestError where the tool does not work */
async function idOf(name: string, tool: ContainerTool, making: Making): Promise<string | undefined> {
  const { ok, printed } = await run(['image', 'inspect', '--format', '{{.Id}}', name], tool, making);
  if (ok) return printed.trim().split('\n').at(-1);
  if (/no such image|image not known|not found/i.test(printed)) return undefined;
  throw new RequestError({
    code: 'container-tool-broken',
    message: `${tool.file} does not work:\n${indented(printed)}`,
    hint: `Make it work (${tool.name} info), or run without images: --environment venv.`,
  });
}

async function pulled(name: string, tool: ContainerTool, making: Making): Promise<string> {
  making.tell(`The image ${name} is fetched with ${tool.name}.`);
  const { ok, printed } = await run(['pull', '--quiet', name], tool, making);
  const id = ok ? await idOf(name, tool, making) : undefined;
  if (id !== undefined) return id;
  throw new RequestError({
    code: 'no-image',
    message: `The image ${name} is not on this machine and could not be fetched with ${tool.name}:\n${indented(printed)}`,
    hint: `Bring it here (${tool.name} pull, ${tool.name} load), or run without images: --environment venv.`,
  });
}

/** Returns the image's id. */
async function built(
  { path, dockerfilePath = 'Dockerfile' }: BuildSpec,
  tag: string,
  tool: ContainerTool,
  making: Making,
  draft: string,
): Promise<string> {
  const file = join(path, dockerfilePath);
  making.tell(`An image is built with ${tool.name}: ${file}.`);
  const { network } = tool.name === 'podman' ? { network: ['--network=host'] } : { network: [] };
  const { ok, printed } = await run(
    ['build', ...limits(tool), ...network, '--tag', tag, '--file', file, path],
    tool,
    making,
    join(draft, 'build.log'),
  );
  const id = ok ? await idOf(tag, tool, making) : undefined;
  if (id !== undefined) return id;
  const failed = failedInstruction(printed, textOf(file));
  throw new RequestError({
    code: 'image-not-built',
    ...(failed === undefined ? { file } : { file, line: failed }),
    message: `The image could not be built with ${tool.name}:\n${indented(lastLines(printed, 25))}`,
    hint: `Try it in a terminal: ${tool.name} build --file ${file} ${path}`,
  });
}

/** The line of the Dockerfile (1-based) whose instruction was the last to begin: `STEP 2/3: RUN …`, `Step 2/3 : RUN …`, ` > [2/3] RUN …:`. */
export function failedInstruction(printed: string, dockerfile: string): number | undefined {
  const named = /^(?:Dockerfile|.*Dockerfile\S*):(\d+)$/m.exec(printed)?.[1];
  if (named !== undefined) return Number(named);
  const last = [...printed.matchAll(/^(?:STEP \d+(?:\/\d+)?: |Step \d+\/\d+ : | *> \[[^\]]*\] )(.*?):?$/gm)].at(-1)?.[1];
  if (last === undefined) return undefined;
  const words = (text: string) => text.trim().replace(/\\$/, '').trim().replace(/\s+/g, ' ');
  const begin = words(last);
  const line = dockerfile.split(/\r?\n/).findIndex((text) => words(text) !== '' && begin.startsWith(words(text)) && /^\s*\w+\s/.test(text));
  return line < 0 ? undefined : line + 1;
}

/** Runs it once: what cannot be run is known before any step begins, and which Python it has. */
async function probe(id: string, name: string, tool: ContainerTool, making: Making, draft: string): Promise<Image> {
  const script =
    'p=$(command -v python3 || command -v python) && echo "python $p" && "$p" -c "import sys; print(\'version %d.%d.%d\' % sys.version_info[:3])"; exit 0';
  const args = runArguments(
    { tool, image: id, mounts: [], options: ['--network=none'] },
    `parallelrun-probe-${id.slice(-12)}-${process.pid}`,
    making.reaper.lineage,
    ['-c', script],
  );
  making.reaper.removeContainers(tool.file);
  const { ok, printed } = await run(args, tool, making, join(draft, 'probe.log'));
  if (!ok) {
    throw new RequestError({
      code: 'image-does-not-run',
      message: `The image ${name} does not run with ${tool.name}:\n${indented(printed)}`,
      hint: `Images need /bin/sh. Whether ${tool.name} works at all: prl doctor.`,
    });
  }
  const file = /^python (.+)$/m.exec(printed)?.[1];
  const version = /^version (\S+)$/m.exec(printed)?.[1];
  return { id, name, ...(file !== undefined && version !== undefined && { python: { file, version } }) };
}

async function run(args: readonly string[], tool: ContainerTool, making: Making, log?: string) {
  const folder = join(making.home, 'environments');
  mkdirSync(folder, { recursive: true });
  const own = log ?? join(folder, `.tool-${process.pid}.log`);
  try {
    return await runProgram(
      [tool.file, ...quietly(tool), ...args],
      { ...making, environmentVariables: tool.environmentVariables },
      own,
      folder,
    );
  } finally {
    if (log === undefined) rmSync(own, { force: true });
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n');
}

function indented(text: string): string {
  return text.trim().replace(/^/gm, '  ');
}
