/** Which line of a job's environment would have brought a module that the interpreter has not. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EnvironmentSpec } from '../language/types.ts';
import { installedBy } from './dockerfile.ts';
import { mayBring, normalise, packagesFor } from './packages.ts';

export interface Requirement {
  /** Absent for a specification that stands in the job file itself. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** The line without list marks: `scikit-learn=1.5`. */
  readonly text: string;
  /** The package that it names: `scikit-learn`. */
  readonly packageName: string;
}

export function findRequirement(environment: EnvironmentSpec, module: string): Requirement | undefined {
  const wanted = packagesFor(module);
  const lines = requirementLines(environment);
  for (const name of wanted) {
    const line = lines.find(({ packageName }) => normalise(packageName) === name);
    if (line !== undefined) return line;
  }
  return lines.find(({ packageName }) => mayBring(normalise(packageName), module));
}

/** Every package that an environment asks for, once, without Python and its installer. */
export function requirements(environment: EnvironmentSpec): readonly Requirement[] {
  const byName = new Map(requirementLines(environment).map((one) => [normalise(one.packageName), one]));
  return [...byName].flatMap(([name, one]) => (name === 'python' || name === 'pip' ? [] : [one]));
}

/** What the Dockerfile of a build folder installs, and the files that it installs from. */
export function dockerRequirements({
  path,
  dockerfilePath = 'Dockerfile',
}: NonNullable<EnvironmentSpec['build']>): readonly Required<Requirement>[] {
  return dockerfileLines(path, dockerfilePath).flatMap(({ file, line, ...rest }) =>
    file === undefined || line === undefined ? [] : [{ ...rest, file, line }],
  );
}

function requirementLines({ condaFile, conda, build }: EnvironmentSpec): readonly Requirement[] {
  const lines = condaFile === undefined ? strings(dependencies(conda)).flatMap((text) => parseLine(text)) : fileLines(condaFile);
  if (build === undefined) return lines;
  const dockerfile = build.dockerfilePath ?? 'Dockerfile';
  const files = list(build.path).filter((name) => /^requirements.*\.txt$|\.ya?ml$/.test(name));
  return [...lines, ...dockerfileLines(build.path, dockerfile), ...files.flatMap((name) => fileLines(join(build.path, name)))];
}

function dockerfileLines(context: string, name: string): readonly Requirement[] {
  const file = join(context, name);
  return installedBy(textOf(file)).flatMap(({ kind, text, line }) =>
    kind === 'file' ? fileLines(join(context, text)) : parseLine(text).map((one) => ({ ...one, file, line })),
  );
}

function fileLines(file: string, seen: ReadonlySet<string> = new Set()): readonly Requirement[] {
  let section = 'dependencies';
  return textOf(file)
    .split(/\r?\n/)
    .flatMap((line, index) => {
      section = /^(\w+):/.exec(line)?.[1] ?? section;
      if (section === 'channels') return [];
      const included = /^[\s-]*["']?(?:-r|--requirement)[\s=]+([^\s"'#]+)/.exec(line)?.[1];
      if (included !== undefined && !seen.has(file)) return fileLines(join(dirname(file), included), new Set([...seen, file]));
      return parseLine(line).map((one) => ({ ...one, file, line: index + 1 }));
    });
}

/** Empty where it cannot be read: what is wrong with the environment's files is for whoever makes the environment to say. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** `- conda-forge::scikit-learn>=1.5  # comment`, `scikit-learn[extra]==1.5; python_version > "3"`, `name @ https://…`. */
function parseLine(line: string): Requirement[] {
  const match = /^[\s-]*["']?((?:[\w-]+::)?([A-Za-z0-9][\w.-]*)(?![\w.:-])[^#"';]*)/.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return [];
  return [{ text: match[1].trim(), packageName: match[2].replace(/[.-]+$/, '') }];
}

/** Channels have names too, some of them those of packages. */
function dependencies(conda: unknown): unknown {
  return typeof conda === 'object' && conda !== null && 'dependencies' in conda ? conda.dependencies : undefined;
}

/** All texts of a specification, at any depth: `dependencies: [python=3.11, {pip: [scikit-learn]}]`. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
