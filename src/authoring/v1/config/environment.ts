import { readFileSync } from 'node:fs';
import { assetVersion } from '../../client/assets.ts';
import { withHome } from '../../client/home.ts';
import { type Document, defined } from '../../document.ts';
import { environmentFromDocument } from '../../environment-spec.ts';
import { invalid, shown } from '../invalid.ts';
import type { Workspace } from '../workspace.ts';
import { CondaDependencies } from './conda-dependencies.ts';

/** The parts of an environment that its program may set. */
interface PythonSection {
  condaDependencies?: CondaDependencies | undefined;
  userManagedDependencies?: boolean | undefined;
  interpreterPath?: string | undefined;
}
interface DockerSection {
  baseImage?: string | undefined;
  baseDockerfile?: string | undefined;
}

/** A name and a file, one by one or as one object. */
type NameAndFile = readonly [name: string, filePath: string] | readonly [options: { readonly name: string; readonly filePath: string }];

function nameAndFile([first, second]: NameAndFile): { readonly name: string; readonly filePath: string } {
  return typeof first === 'object' ? first : { name: first, filePath: String(second) };
}

/** What the processes of a step run in. */
export class Environment {
  readonly name: string;
  version: string | undefined;
  readonly python: PythonSection = {};
  readonly docker: DockerSection = {};
  environmentVariables: Readonly<Record<string, string>> = {};

  constructor(name: string) {
    if (typeof name !== 'string' || name === '') throw invalid('name', `An environment needs a name, found ${shown(name)}.`);
    this.name = name;
  }

  static fromCondaSpecification(...given: NameAndFile): Environment {
    const { name, filePath } = nameAndFile(given);
    const environment = new Environment(name);
    environment.python.condaDependencies = new CondaDependencies(filePath);
    return environment;
  }

  static fromPipRequirements(...given: NameAndFile): Environment {
    const { name, filePath } = nameAndFile(given);
    const lines = readFileSync(filePath, 'utf8').split('\n');
    const pipPackages = lines.map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '');
    const environment = new Environment(name);
    environment.python.condaDependencies = CondaDependencies.create({ pipPackages });
    return environment;
  }

  static fromDockerImage(name: string, image: string): Environment {
    const environment = new Environment(name);
    environment.docker.baseImage = image;
    return environment;
  }

  /** A registered environment. @throws RequestError when there is none. */
  static async get(workspace: Workspace, name: string, { version }: { readonly version?: string | undefined } = {}): Promise<Environment> {
    const found = await withHome(workspace.home, (store) => store.assets.resolve('environment', name, assetVersion({ version })));
    const environment = new Environment(name);
    environment.version = found.version;
    environment.docker.baseImage = found.environment.image;
    const { conda } = found.environment;
    if (typeof conda === 'object' && conda !== null) environment.python.condaDependencies = new CondaDependencies({ ...conda });
    return environment;
  }

  /** Registers it under its name and the next version. */
  async register(workspace: Workspace): Promise<Environment> {
    const { version: _, ...document } = environmentDocument(this) ?? {};
    const environment = Object.keys(document).length === 0 ? { name: this.name } : environmentFromDocument(document);
    const { version } = await withHome(workspace.home, (store) =>
      store.assets.register({ kind: 'environment', name: this.name, tags: {}, environment }),
    );
    this.version = version;
    return this;
  }
}

/** As it stands in YAML; nothing for one that is only a name, which says of no process what it runs in. */
export function environmentDocument({ name, version, python, docker }: Environment): Document | undefined {
  const { condaDependencies } = python;
  if (docker.baseImage === undefined && condaDependencies === undefined) return undefined;
  return defined({ name, version, image: docker.baseImage, conda_file: condaDependencies?.specification });
}
