import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { messageOf } from '../../../errors/thrown.ts';
import { invalid } from '../invalid.ts';

export interface CondaDependenciesOptions {
  readonly condaPackages?: readonly string[] | undefined;
  readonly pipPackages?: readonly string[] | undefined;
  readonly pythonVersion?: string | undefined;
}

/** A conda specification: packages of conda and of pip. */
export class CondaDependencies {
  #specification: Readonly<Record<string, unknown>>;

  /** From a conda file, or from what one would hold. @throws RequestError when the file is missing or holds no specification. */
  constructor(source: string | Readonly<Record<string, unknown>>) {
    this.#specification = typeof source === 'string' ? readSpecification(source) : source;
  }

  static create({ condaPackages = [], pipPackages = [], pythonVersion = '3.11' }: CondaDependenciesOptions = {}): CondaDependencies {
    return new CondaDependencies({
      name: 'project_environment',
      dependencies: [`python=${pythonVersion}`, ...condaPackages, ...(pipPackages.length === 0 ? [] : ['pip', { pip: [...pipPackages] }])],
      channels: ['conda-forge'],
    });
  }

  addCondaPackage(condaPackage: string): void {
    this.#specification = { ...this.#specification, dependencies: [...this.#dependencies(), condaPackage] };
  }

  addPipPackage(pipPackage: string): void {
    const dependencies = this.#dependencies();
    const pip = dependencies.find(isPip);
    const others = dependencies.filter((each) => !isPip(each) && each !== 'pip');
    this.#specification = { ...this.#specification, dependencies: [...others, 'pip', { pip: [...(pip?.pip ?? []), pipPackage] }] };
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
