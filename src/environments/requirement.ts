/** Which line of a job's environment would have brought a module that the interpreter has not. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EnvironmentSpec } from '../language/types.ts';
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

/** Every package that an environment asks for, without Python and its installer. */
export function requirements(environment: EnvironmentSpec): readonly Requirement[] {
  return requirementLines(environment).filter(({ packageName }) => !['python', 'pip'].includes(normalise(packageName)));
}

function requirementLines({ condaFile, conda, build }: EnvironmentSpec): readonly Requirement[] {
  const lines = condaFile === undefined ? strings(dependencies(conda)).flatMap((text) => parseLine(text)) : fileLines(condaFile);
  if (build === undefined) return lines;
  const files = list(build.path).filter((name) => /^requirements.*\.txt$|\.ya?ml$|^Dockerfile/.test(name));
  return [...lines, ...files.flatMap((name) => fileLines(join(build.path, name)))];
}

function fileLines(file: string, seen: ReadonlySet<string> = new Set()): readonly Requirement[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // This is about a hint: what is wrong with the environment's files is for whoever makes the environment to say.
    return [];
  }
  let section = 'dependencies';
  return text.split(/\r?\n/).flatMap((line, index) => {
    section = /^(\w+):/.exec(line)?.[1] ?? section;
    if (section === 'channels') return [];
    const included = /^[\s-]*["']?(?:-r|--requirement)[\s=]+([^\s"'#]+)/.exec(line)?.[1];
    if (included !== undefined && !seen.has(file)) return fileLines(join(dirname(file), included), new Set([...seen, file]));
    const parsed = /^\s*RUN\s|^\s*&&/.test(line) ? installed(line) : parseLine(line);
    return parsed.map((one) => ({ ...one, file, line: index + 1 }));
  });
}

/** `- conda-forge::scikit-learn>=1.5  # comment`, `scikit-learn[extra]==1.5; python_version > "3"`, `name @ https://…`. */
function parseLine(line: string): Requirement[] {
  const match = /^[\s-]*["']?((?:[\w-]+::)?([A-Za-z0-9][\w.-]*)(?![\w.:-])[^#"';]*)/.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return [];
  return [{ text: match[1].trim(), packageName: match[2].replace(/[.-]+$/, '') }];
}

/** Packages in a Dockerfile's `RUN pip install a==1 b`. */
function installed(line: string): Requirement[] {
  const names = /\b(?:pip3?|conda|mamba)\s+install\s+(.*)/.exec(line)?.[1] ?? '';
  return names
    .split(/\s+/)
    .filter((word) => !word.startsWith('-'))
    .flatMap((word) => parseLine(word));
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
