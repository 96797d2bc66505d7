/** Names of jobs and assets: they become folder names, so nothing in them may lead elsewhere. */
import { randomInt } from 'node:crypto';
import { RequestError } from '../errors/types.ts';
import { wantedName } from '../language/names.ts';
import type { AssetKind } from './assets.ts';

/** @throws RequestError (`bad-name`) */
export function checkName(kind: 'job' | AssetKind, name: string): void {
  const wanted = wantedName(kind === 'job' ? 'job' : 'asset', name);
  if (wanted === undefined) return;
  throw new RequestError({ code: 'bad-name', message: `${JSON.stringify(name)} is not a ${kind} name: expected ${wanted}.` });
}

/** Versions and labels of assets: `3`, `1.0.2`, `2024-01-31`. @throws RequestError (`bad-version`) */
export function checkVersion(version: string): void {
  const wanted = wantedName('version', version);
  if (wanted === undefined) return;
  throw new RequestError({ code: 'bad-version', message: `${JSON.stringify(version)} is not a version: expected ${wanted}.` });
}

/** `amber_harbor_x7k2m`: easy to say, and 60 million of them for each pair of words. */
export function generateName(): string {
  let suffix = '';
  for (let i = 0; i < 5; i++) suffix += letters.charAt(randomInt(letters.length));
  return `${pick(adjectives)}_${pick(nouns)}_${suffix}`;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? '';
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const adjectives =
  'amber ashen bold brave bright brisk calm clever cool coral crisp eager early fair fine fresh gentle glad golden good grand great green happy honest icy jolly keen kind lively lucid lucky mellow merry mighty modest neat nimble noble olive patient plucky polite proud quick quiet rapid ready red sharp silent silver smart snowy sunny swift tidy upbeat vivid warm wise'.split(
    ' ',
  );
const nouns =
  'anchor apple arch basil bay beach bird boat bridge brook canal carrot castle cedar cherry cloud coast comet coral cove creek dawn desert dune eagle falcon fern field fig forest fox garden gate glacier harbor hill island jelly kite lake lamp leaf lemon lion maple meadow moon nest ocean olive onion otter owl parrot peach pear pine plum pond quill reef river root sail shell sky snow spruce star stone street sun thunder tomato tree tulip vale wave wind wolf yak'.split(
    ' ',
  );
