import { readFileSync } from 'node:fs';
import { messageOf } from '../../../errors/thrown.ts';
import type { Literal } from '../../../language/types.ts';
import { assetVersion } from '../../client/assets.ts';
import { withHome } from '../../client/home.ts';
import { type Document, defined } from '../../document.ts';
import { environmentFromDocument } from '../../environment-spec.ts';
import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, instance, literal, named, nonEmptyText, optional, record, text } from '../options/rules.ts';
import { settable } from '../options/settable.ts';
import { Workspace } from '../workspace.ts';
import { CondaDependencies } from './conda-dependencies.ts';

/** What an Environment is made from. */
export interface EnvironmentOptions {
  /** What it is registered as; for people where it is not. */
  readonly name: string;
  /** Of a registered environment. */
  readonly version?: string | undefined;
  /** Of the processes that run in it. Values become text. Default: none. */
  readonly environmentVariables?: Readonly<Record<string, Literal>> | undefined;
}

/** The Python of an environment. */
export interface PythonSectionOptions {
  /** Its packages. */
  readonly condaDependencies?: CondaDependencies | undefined;
  /** The packages are there already. Default: false. */
  readonly userManagedDependencies?: boolean | undefined;
  /** The interpreter. Default: `python`. */
  readonly interpreterPath?: string | undefined;
}

/** The container of an environment; on your own machines processes run outside containers, and the image is kept for a cloud. */
export interface DockerSectionOptions {
  /** Its image. */
  readonly baseImage?: string | undefined;
  /** The text of a Dockerfile. */
  readonly baseDockerfile?: string | undefined;
}

const environmentName = named('a name', nonEmptyText);
const OPTIONS = new Options<EnvironmentOptions>('Environment', {
  name: environmentName,
  version: optional(text),
  environmentVariables: optional(record(literal)),
});
const PYTHON = new Options<PythonSectionOptions>('Environment.python', {
  condaDependencies: optional(instance(CondaDependencies)),
  userManagedDependencies: optional(flag),
  interpreterPath: optional(text),
});
const DOCKER = new Options<DockerSectionOptions>('Environment.docker', { baseImage: optional(text), baseDockerfile: optional(text) });

/** The Python of an environment: its attributes can be changed. */
export class PythonSection extends settable<PythonSectionOptions, PythonSectionOptions>(PYTHON, (given) => given) {}
/** The container of an environment: its attributes can be changed. */
export class DockerSection extends settable<DockerSectionOptions, DockerSectionOptions>(DOCKER, (given) => given) {}

interface Complete extends EnvironmentOptions {
  /** Of the processes that run in it. */
  readonly environmentVariables: Readonly<Record<string, Literal>>;
}

const Settings = settable<EnvironmentOptions, Complete>(OPTIONS, ({ environmentVariables = {}, ...given }) => ({
  ...given,
  environmentVariables,
}));

/** What `fromCondaSpecification` and `fromPipRequirements` take. */
export interface NameAndFileOptions {
  /** Of the environment. */
  readonly name: string;
  /** The file. */
  readonly filePath: string;
}

/** What `fromDockerImage` takes. */
export interface DockerImageOptions {
  /** Of the environment. */
  readonly name: string;
  /** The image. */
  readonly image: string;
  /** A conda file. */
  readonly condaSpecification?: string | undefined;
  /** A file with one pip requirement a line. */
  readonly pipRequirements?: string | undefined;
}

/** What `get` takes. */
export interface GetEnvironmentOptions {
  /** Where it is registered. */
  readonly workspace: Workspace;
  /** What it is registered as. */
  readonly name: string;
  /** Default: the newest. */
  readonly version?: string | undefined;
}

/** A name and a file, one by one or as options. */
export type NameAndFile = readonly [options: NameAndFileOptions] | readonly [name: string, filePath: string];

const NAME_AND_FILE = { name: environmentName, filePath: named('the path of a file', nonEmptyText) };
const FROM_CONDA = new Options<NameAndFileOptions>('Environment.fromCondaSpecification', NAME_AND_FILE);
const FROM_PIP = new Options<NameAndFileOptions>('Environment.fromPipRequirements', NAME_AND_FILE);
const FROM_IMAGE = new Options<DockerImageOptions>('Environment.fromDockerImage', {
  name: environmentName,
  image: named('an image', nonEmptyText),
  condaSpecification: optional(text),
  pipRequirements: optional(text),
});
const GET = new Options<GetEnvironmentOptions>('Environment.get', {
  workspace: instance(Workspace),
  name: environmentName,
  version: optional(text),
});

/** What the processes of a step run in. `new Environment('name')`, or its options. Source: azureml.core.Environment. */
export class Environment extends Settings {
  /** Its Python. */
  readonly python: PythonSection;
  /** Its container. */
  readonly docker: DockerSection;

  /** @throws RequestError without a name. */
  constructor(...given: readonly [options: EnvironmentOptions] | readonly [name: string, options?: Omit<EnvironmentOptions, 'name'>]) {
    super(arranged(OPTIONS.of, ['name'], given));
    this.python = new PythonSection({});
    this.docker = new DockerSection({});
  }

  /** With the packages of a conda file. Values in Python's order (name, filePath), or options. @throws RequestError when it cannot be read. */
  static fromCondaSpecification(...given: NameAndFile): Environment {
    const { name, filePath } = FROM_CONDA.judge(arranged(FROM_CONDA.of, FROM_CONDA.names, given));
    const environment = new Environment(name);
    environment.python.condaDependencies = new CondaDependencies(filePath);
    return environment;
  }

  /** With the packages of a file of pip requirements. Values in Python's order (name, filePath), or options. @throws RequestError when it cannot be read. */
  static fromPipRequirements(...given: NameAndFile): Environment {
    const { name, filePath } = FROM_PIP.judge(arranged(FROM_PIP.of, FROM_PIP.names, given));
    const environment = new Environment(name);
    environment.python.condaDependencies = CondaDependencies.create({ pipPackages: pipRequirements(filePath) });
    return environment;
  }

  /** With an image. Values in Python's order (name, image), or options. */
  static fromDockerImage(
    ...given:
      | readonly [options: DockerImageOptions]
      | readonly [name: string, image: string, options?: Omit<DockerImageOptions, 'name' | 'image'>]
  ): Environment {
    const {
      name,
      image,
      condaSpecification,
      pipRequirements: requirements,
    } = FROM_IMAGE.judge(arranged(FROM_IMAGE.of, ['name', 'image'], given));
    const environment = new Environment(name);
    environment.docker.baseImage = image;
    if (condaSpecification !== undefined) environment.python.condaDependencies = new CondaDependencies(condaSpecification);
    else if (requirements !== undefined) {
      environment.python.condaDependencies = CondaDependencies.create({ pipPackages: pipRequirements(requirements) });
    }
    return environment;
  }

  /** A registered environment. Values in Python's order (workspace, name, version), or options. @throws RequestError when there is none. */
  static async get(
    ...given:
      | readonly [options: GetEnvironmentOptions]
      | readonly [workspace: Workspace, name: string, options?: Pick<GetEnvironmentOptions, 'version'>]
      | readonly [workspace: Workspace, name: string, version: string]
  ): Promise<Environment> {
    const { workspace, name, version } = GET.judge(arranged(GET.of, GET.names, given));
    const found = await withHome(workspace.home, (store) => store.assets.resolve('environment', name, assetVersion({ version })));
    const environment = new Environment({ name, version: found.version });
    environment.docker.baseImage = found.environment.image;
    const { conda } = found.environment;
    if (typeof conda === 'object' && conda !== null) environment.python.condaDependencies = new CondaDependencies({ ...conda });
    return environment;
  }

  /** The same under another name. */
  clone(newName: string): Environment {
    const copy = new Environment({ name: newName, environmentVariables: this.environmentVariables });
    Object.assign(copy.python, { ...this.python });
    Object.assign(copy.docker, { ...this.docker });
    return copy;
  }

  /** Registers it under its name and the next version. */
  async register(workspace: Workspace): Promise<Environment> {
    const document = environmentDocument(this);
    const { version: _, ...own } = typeof document === 'object' ? document : {};
    const environment = Object.keys(own).length === 0 ? { name: this.name } : environmentFromDocument(own);
    const { version } = await withHome(workspace.home, (store) =>
      store.assets.register({ kind: 'environment', name: this.name, tags: {}, environment }),
    );
    this.version = version;
    return this;
  }
}

/** The packages that a file of pip requirements names. @throws RequestError when it cannot be read. */
export function pipRequirements(file: string): readonly string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '');
  } catch (error) {
    throw invalid('filePath', `${file} cannot be read: ${messageOf(error)}`);
  }
}

/** Those that are only names, and stand for what is registered under them when the job is made. */
const registered = new WeakSet<Environment>();

/** A registered environment, looked up when a job is made. */
export function registeredEnvironment(name: string): Environment {
  const environment = new Environment(name);
  registered.add(environment);
  return environment;
}

/** As it stands in YAML; nothing for one that is only a name, which says of no process what it runs in. */
export function environmentDocument(environment: Environment): Document | string | undefined {
  const { name, version, python, docker } = environment;
  const { condaDependencies } = python;
  if (registered.has(environment)) return `azureml:${name}@latest`;
  if (docker.baseImage === undefined && condaDependencies === undefined) return undefined;
  return defined({ name, version, image: docker.baseImage, conda_file: condaDependencies?.specification });
}
