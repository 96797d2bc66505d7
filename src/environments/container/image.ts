/** Images that steps run in: one that is there, is fetched, or is built once of the same files. */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { BuildSpec } from '../../language/types.ts';
import type { ContainerTool } from '../../os/container/container.ts';
import { runArguments } from '../../os/container/run-arguments.ts';
import { type Image, imageFile, readImage, writeImage } from '../kept/image-file.ts';
import { environmentsFolder, type MadeEnvironment } from '../kept/kept.ts';
import { keptOrMade, type Making } from '../kept/make.ts';
import { buildImage, dockerfileOf } from './build.ts';
import { contextHash } from './context-files.ts';
import { quoted, runTool } from './run-tool.ts';

/** What an environment says of its image. */
export type ImageSource = { readonly kind: 'image'; readonly name: string } | { readonly kind: 'build'; readonly build: BuildSpec };

/** Raised when what is noted of the same image changes. */
const format = 1;

/** @throws RequestError with the tool's own words where it cannot be had, or does not run */
export function readyImage(source: ImageSource, tool: ContainerTool, making: Making): Promise<Image> {
  return source.kind === 'image' ? namedImage(source.name, tool, making) : builtImage(source.build, tool, making);
}

async function namedImage(name: string, tool: ContainerTool, making: Making): Promise<Image> {
  const id = (await inspect('.Id', name, tool, making)) ?? (await pulled(name, tool, making));
  // Looking into it takes as long as running it: done once, and no news.
  const quiet = { ...making, tell: () => {} };
  return { ...(await noted(keyOf(tool, 'image', id), quiet, (draft) => looked(id, name, tool, making, draft))), name };
}

async function builtImage(build: BuildSpec, tool: ContainerTool, making: Making): Promise<Image> {
  const key = keyOf(tool, 'build', contextOf(build), build.dockerfilePath ?? '');
  const tag = `${tool.name === 'podman' ? 'localhost/' : ''}parallelrun:${key}`;
  const make = async (draft: string): Promise<Image> => {
    await buildImage(build, tag, tool, making, join(draft, 'build.log'));
    const id = (await inspect('.Id', tag, tool, making)) ?? tag;
    const bytes = Number(await inspect('.Size', tag, tool, making)) || 0;
    return { ...(await looked(id, dockerfileOf(build), tool, making, draft)), built: { tool: tool.file, tag, bytes } };
  };
  const image = await noted(key, making, make);
  if ((await inspect('.Id', image.id, tool, making)) !== undefined) return image;
  // Somebody has removed it.
  rmSync(join(environmentsFolder(making.home), key), { recursive: true, force: true });
  return noted(key, making, make);
}

function keyOf({ name }: ContainerTool, ...of: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([format, name, ...of]));
  return hash.digest('hex').slice(0, 24);
}

async function noted(key: string, making: Making, make: (draft: string) => Promise<Image>): Promise<Image> {
  const fill = async (directory: string, draft: string): Promise<MadeEnvironment> => {
    const image = await make(draft);
    mkdirSync(directory);
    writeImage(directory, image);
    const version = image.python?.version ?? '';
    return { language: 'image', base: image.id, version, packages: [image.name], made: new Date().toISOString() };
  };
  return readImage(await keptOrMade({ key, needed: imageFile, fill }, making));
}

function contextOf({ path }: BuildSpec): string {
  try {
    return contextHash(path);
  } catch (cause) {
    const message = `The build folder ${path} cannot be read: ${messageOf(cause)}.`;
    throw new RequestError({ code: 'bad-build-folder', message }, { cause });
  }
}

/** Undefined where the image is not on this machine. @throws RequestError where the tool does not work */
async function inspect(field: string, name: string, tool: ContainerTool, making: Making): Promise<string | undefined> {
  const { ok, printed } = await runTool(['image', 'inspect', '--format', `{{${field}}}`, name], tool, making);
  if (ok) return printed.trim().split('\n').at(-1);
  if (/no such image|image not known|not found/i.test(printed)) return undefined;
  throw new RequestError({
    code: 'container-tool-broken',
    message: `${tool.file} does not work:\n${quoted(printed)}`,
    hint: `Make it work (${tool.name} info), or run without images: --environment venv.`,
  });
}

/** Returns its id. */
async function pulled(name: string, tool: ContainerTool, making: Making): Promise<string> {
  making.tell(`The image ${name} is fetched with ${tool.name}.`);
  const { ok, printed } = await runTool(['pull', '--quiet', name], tool, making);
  const id = ok ? await inspect('.Id', name, tool, making) : undefined;
  if (id !== undefined) return id;
  throw new RequestError({
    code: 'no-image',
    message: `The image ${name} is not on this machine and could not be fetched with ${tool.name}:\n${quoted(printed)}`,
    hint: `Bring it here (${tool.name} pull, ${tool.name} load), or run without images: --environment venv.`,
  });
}

const look =
  'p=$(command -v python3 || command -v python) && echo "python $p" && "$p" -c "import sys; print(\'version %d.%d.%d\' % sys.version_info[:3])"; exit 0';

/** Runs it once: that it can be run is known before any step begins, and which Python is first on its PATH. */
async function looked(id: string, name: string, tool: ContainerTool, making: Making, draft: string): Promise<Image> {
  const container = { tool, image: id, mounts: [], options: ['--network=none'] };
  const args = runArguments(container, `parallelrun-look-${id.slice(-12)}-${process.pid}`, making.reaper.lineage, ['-c', look]);
  making.reaper.removeContainers(tool.file);
  const { ok, printed } = await runTool(args, tool, making, join(draft, 'look.log'));
  if (!ok) {
    throw new RequestError({
      code: 'image-does-not-run',
      message: `The image ${name} does not run with ${tool.name}:\n${quoted(printed)}`,
      hint: `Images need /bin/sh. Whether ${tool.name} works at all: prl doctor.`,
    });
  }
  const file = /^python (.+)$/m.exec(printed)?.[1];
  const version = /^version (\S+)$/m.exec(printed)?.[1];
  return { id, name, ...(file !== undefined && version !== undefined && { python: { file, version } }) };
}
