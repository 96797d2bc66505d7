/** Builds an image of a Dockerfile. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import type { BuildSpec } from '../../language/types.ts';
import type { ContainerTool } from '../../os/container/container.ts';
import { limits } from '../../os/container/run-arguments.ts';
import type { Making } from '../kept/make.ts';
import { quoted, runTool } from './run-tool.ts';

export function dockerfileOf({ path, dockerfilePath = 'Dockerfile' }: BuildSpec): string {
  return join(path, dockerfilePath);
}

/** @param tag the name that it gets. @param log what the builder prints goes there. @throws RequestError in the builder's words */
export async function buildImage(build: BuildSpec, tag: string, tool: ContainerTool, making: Making, log: string): Promise<void> {
  const file = dockerfileOf(build);
  making.tell(`An image is built with ${tool.name}: ${file}.`);
  const network = tool.name === 'podman' ? ['--network=host'] : [];
  const { ok, printed } = await runTool(
    ['build', ...limits(tool), ...network, '--tag', tag, '--file', file, build.path],
    tool,
    making,
    log,
  );
  if (ok) return;
  const line = failedLine(printed, textOf(file));
  throw new RequestError({
    code: 'image-not-built',
    file,
    ...(line !== undefined && { line }),
    message: `The image could not be built with ${tool.name}:\n${quoted(printed)}`,
    hint: `Try it in a terminal: ${tool.name} build --file ${file} ${build.path}`,
  });
}

/**
 * The line of the Dockerfile (1-based) whose instruction was the last to begin; undefined where the builder does not say. Podman says
 * `STEP 2/3: RUN …`, docker's old builder `Step 2/3 : RUN …`, its new one `Dockerfile:4`. Pure.
 */
export function failedLine(printed: string, dockerfile: string): number | undefined {
  const named = /^\S*Dockerfile\S*:(\d+)$/m.exec(printed)?.[1];
  if (named !== undefined) return Number(named);
  const last = [...printed.matchAll(/^step \d+(?:\/\d+)? ?: (.*)$/gim)].at(-1)?.[1];
  if (last === undefined) return undefined;
  const plain = (text: string) =>
    text
      .replace(/\\\s*$/, '')
      .trim()
      .replace(/\s+/g, ' ');
  // Builders join the lines of one instruction.
  const line = dockerfile.split(/\r?\n/).findIndex((text) => /^\s*[A-Z]+\s/i.test(text) && plain(last).startsWith(plain(text)));
  return line < 0 ? undefined : line + 1;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
