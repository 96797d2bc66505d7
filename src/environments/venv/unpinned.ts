/** Which package, of those that the job names no version of, an error came out of: its newest version may not be what the script was written for. */
import { readdirSync } from 'node:fs';
import { normalise, packagesFor } from '../packages.ts';
import { packageOf, type Recipe } from './recipe.ts';

/** @param stacks as Python prints them. Undefined where no error came out of such a package */
export function unpinnedHint({ wishes }: Recipe, stacks: readonly string[]): string | undefined {
  for (const stack of stacks) {
    const raised = raisedIn(stack);
    if (raised === undefined) continue;
    const names = packagesFor(raised.module);
    const wish = wishes.find(({ line }) => isUnpinned(line) && names.includes(packageOf(line)));
    if (wish === undefined) continue;
    const { text, place } = wish.from;
    const name = packageOf(wish.line);
    return (
      `The error comes out of ${name}${installed(raised.site, name)}: ${place ?? 'the environment'} asks for "${text}", so the newest was taken. ` +
      'If the script was written for an older one, name its version there, or take packages as of a day: --packages-as-of 2024-01-01.'
    );
  }
  return undefined;
}

/** Where the frame that raised is: the folder that packages are in, and the module there. */
function raisedIn(stack: string): { readonly site: string; readonly module: string } | undefined {
  const raised = [...stack.matchAll(/^ *File "([^"\n]+)", line \d+/gm)].at(-1)?.[1];
  const [, site, module] = /^(.+\/site-packages)\/(\w+)/.exec(raised ?? '') ?? [];
  return site === undefined || module === undefined ? undefined : { site, module };
}

/** Whether a line of a requirements file asks for a package in whatever version. */
export function isUnpinned(line: string): boolean {
  return /^[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?\s*(?:;.*)?$/.test(line.trim());
}

/** ` 3.17.0`, by the name of what the installer noted: `mlflow-3.17.0.dist-info`. */
function installed(site: string, name: string): string {
  for (const entry of list(site)) {
    const [, noted = '', version] = /^(.+)-([^-]+)\.dist-info$/.exec(entry) ?? [];
    if (version !== undefined && normalise(noted) === name) return ` ${version}`;
  }
  return '';
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
