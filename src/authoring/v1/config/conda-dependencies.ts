import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { messageOf } from '../../../errors/thrown.ts';
import { invalid, shown } from '../invalid.ts';
import { Options } from '../options/judge.ts';
import { isPlain, list, nonEmptyText, optional } from '../options/rules.ts';

/** What `CondaDependencies.create` takes. */
export interface CondaDependenciesOptions {
  /** Default: none. */
  readonly condaPackages?: readonly string[] | undefined;
  /** Default: none. */
  readonly pipPackages?: readonly string[] | undefined;
  /** Default: 3.11. */
  readonly pythonVersion?: string | undefined;
}

const CREATE = new Options<CondaDependenciesOptions>('CondaDependencies.create', {
  condaPackages: optional(list(nonEmptyText, 'a list of packages')),
  pipPackages: optional(list(nonEmptyText, 'a list of packages')),
  pythonVersion: optional(nonEmptyText),
});

/** A conda specification: packages of conda and of pip. Source: azureml.core.conda_dependencies.CondaDependencies. */
export class CondaDependencies {
  #specification: Readonly<Record<string, unknown>>;

  /** From a conda file, or from what one would hold. @throws RequestError when the file is missing or holds no specification. */
  constructor(source: string | Readonly<Record<string, unknown>>) {
    if (typeof source !== 'string' && !isPlain(source)) {
      throw invalid('condaDependenciesFilePath', `Expected the path of a conda file, or what one would hold; found ${shown(source)}.`);
    }
    this.#specification = typeof source === 'string' ? readSpecification(source) : source;
  }

  /** From lists of packages. @throws RequestError for a wrong option. */
  static create(options: CondaDependenciesOptions = {}): CondaDependencies {
    const { condaPackages = [], pipPackages = [], pythonVersion = '3.11' } = CREATE.judge(options);
    return new CondaDependencies({
      name: 'project_environment',
      dependencies: [`python=${pythonVersion}`, ...condaPackages, ...(pipPackages.length === 0 ? [] : ['pip', { pip: [...pipPackages] }])],
      channels: ['conda-forge'],
    });
  }

  /** Adds a package of conda. */
  addCondaPackage(condaPackage: string): void {
    this.#specification = { ...this.#specification, dependencies: [...this.#dependencies(), condaPackage] };
  }

  /** Adds a package of pip. */
  addPipPackage(pipPackage: string): void {
    const dependencies = this.#dependencies();
    const pip = dependencies.find(isPip);
    const others = dependencies.filter((each) => !isPip(each) && each !== 'pip');
    this.#specification = { ...this.#specification, dependencies: [...others, 'pip', { pip: [...(pip?.pip ?? []), pipPackage] }] };
  }

  /** The packages of conda. */
  get condaPackages(): readonly string[] {
    return this.#dependencies().filter((each) => typeof each === 'string');
  }

  /** The packages of pip. */
  get pipPackages(): readonly string[] {
    return this.#dependencies().find(isPip)?.pip ?? [];
  }

  /** What a conda file would hold. */
  get specification(): Readonly<Record<string, unknown>> {
    return this.#specification;
  }

  #dependencies(): readonly unknown[] {
    const { dependencies } = this.#specification;
    return Array.isArray(dependencies) ? dependencies : [];
  }
}

function isPip(dependency: unknown): dependency is { readonly pip: readonly string[] } {
  return typeof dependency === 'object' && dependency !== null && 'pip' in dependency && Array.isArray(dependency.pip);
}

function readSpecification(file: string): Readonly<Record<string, unknown>> {
  let found: unknown;
  try {
    found = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid('condaDependenciesFilePath', `${file} cannot be read: ${messageOf(error)}`);
  }
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return { ...found };
  throw invalid('condaDependenciesFilePath', `${file} holds no conda specification (a mapping with dependencies).`);
}
