/**
 * From the packages that a job declares to what an installer of Python packages is given. Conda's own names and versions become those
 * of the package index; what it has no counterpart for is named. Pure, but for the files that the specification names.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isRecord } from '../../language/check.ts';
import type { EnvironmentSpec } from '../../language/types.ts';
import { normalise } from '../packages.ts';
import { dockerRequirements } from '../requirement.ts';
import { condaRequirement, type PythonRange } from './conda.ts';

/** Where something was asked for. */
export interface Origin {
  /** As it was written: `scikit-learn=1.5`. */
  readonly text: string;
  /** `FILE:LINE`; absent for what stands in the job file itself. */
  readonly place?: string;
}

export interface Wish {
  /** A line of a requirements file: PEP 508, or an option. */
  readonly line: string;
  readonly from: Origin;
}

export interface Recipe {
  /** Absent: any. */
  readonly python?: { readonly range: PythonRange; readonly from: Origin };
  readonly wishes: readonly Wish[];
  /** What no package index has, and why that may be all right. */
  readonly leftOut: readonly { readonly from: Origin; readonly why: string }[];
}

/** Undefined where the environment declares no packages: an image alone, a name that only a cloud knows. */
export function recipeOf(environment: EnvironmentSpec | undefined): Recipe | undefined {
  if (environment === undefined) return undefined;
  const { conda, condaFile, build } = environment;
  if (conda !== undefined) return condaRecipe(conda, condaFile);
  if (build === undefined) return undefined;
  const wishes = dockerRequirements(build).flatMap(({ text, file, line }) => {
    const found = /^[\w.-]+=[^=]/.test(text) ? condaRequirement(text) : ({ kind: 'package', line: text } as const);
    return found.kind === 'package' ? [{ line: found.line, from: { text, place: `${file}:${line}` } }] : [];
  });
  return wishes.length === 0 ? undefined : { wishes, leftOut: [] };
}

/** The same with packages that the engine needs beside those that were asked for. */
export function withPackages(recipe: Recipe, packages: readonly string[], why: string): Recipe {
  const asked = new Set(recipe.wishes.map(({ line }) => packageOf(line)));
  const missing = packages.filter((name) => !asked.has(name));
  return { ...recipe, wishes: [...recipe.wishes, ...missing.map((name) => ({ line: name, from: { text: `${name} (${why})` } }))] };
}

/** The normalised name of the package that a line asks for; empty for an option. */
export function packageOf(line: string): string {
  return normalise(/^[A-Za-z0-9][\w.-]*/.exec(line)?.[0] ?? '');
}

function condaRecipe(conda: unknown, file: string | undefined): Recipe {
  const lines = file === undefined ? [] : readFileSync(file, 'utf8').split(/\r?\n/);
  const origin = (text: string): Origin => {
    const line = lines.findIndex((each) => each.replace(/#.*/, '').includes(text));
    return { text, ...(file !== undefined && line >= 0 && { place: `${file}:${line + 1}` }) };
  };
  const dependencies = isRecord(conda) && Array.isArray(conda.dependencies) ? conda.dependencies : [];
  const wishes: Wish[] = [];
  const leftOut: { from: Origin; why: string }[] = [];
  let python: Recipe['python'];
  for (const dependency of dependencies) {
    if (typeof dependency === 'string') {
      const from = origin(dependency);
      const found = condaRequirement(dependency);
      if (found.kind === 'package') wishes.push({ line: found.line, from });
      else if (found.kind === 'left_out') leftOut.push({ from, why: found.why });
      else if (found.range !== undefined) python = { range: found.range, from };
    } else if (isRecord(dependency) && Array.isArray(dependency.pip)) {
      for (const text of dependency.pip.filter((each) => typeof each === 'string')) {
        wishes.push({ line: absolute(text, file), from: origin(text) });
      }
    }
  }
  return { wishes, leftOut, ...(python !== undefined && { python }) };
}

/** Files that a line names are relative to the file that it stands in. */
function absolute(line: string, file: string | undefined): string {
  if (file !== undefined && /^\.{1,2}\//.test(line.trim())) return resolve(dirname(file), line.trim());
  const option = /^(-r|--requirement|-c|--constraint|-e|--editable)(?:\s+|=)(\S+)$/.exec(line.trim());
  if (option === null || file === undefined || /^\w+:\/\//.test(option[2] ?? '')) return line.trim();
  return `${option[1]} ${resolve(dirname(file), option[2] ?? '')}`;
}
