/** What a step is, as a module of a graph: for those who build graphs by hand. */
import type { Argument } from '../data/inputs.ts';
import type { InputPortBinding, OutputPortBinding } from './port-bindings.ts';

/** A parameter of a module. */
export interface ParamDef {
  /** Unique in its module. */
  readonly name: string;
  /** What holds where a node says nothing. */
  readonly defaultValue: unknown;
  /** It describes the module and is not given to the script. */
  readonly isMetadataParam: boolean;
}

/** An input or an output of a module. */
export interface PortDef {
  /** Unique in its module. */
  readonly name: string;
  /** Of inputs: files or rows. */
  readonly form: 'file' | 'tabular';
}

/** What a step is, as a module of a graph. Source: azureml.pipeline.core.graph.ModuleDef. */
export interface ModuleDef {
  /** The step's. */
  readonly name: string;
  /** `escloud`: what Azure calls a managed compute. */
  readonly executionType: string;
  /** `BatchInferencing` of a parallel step, else `None`. */
  readonly moduleType: string;
  /** The class that Azure says the step is of. */
  readonly stepType: string;
  /** What it reads. */
  readonly inputPortDefs: readonly PortDef[];
  /** What it writes. */
  readonly outputPortDefs: readonly PortDef[];
  /** Its parameters. */
  readonly paramDefs: readonly ParamDef[];
  /** Of its command line. */
  readonly arguments: readonly Argument[];
  /** Other steps may wait for it, and it for others, though they read nothing of each other. */
  readonly createSequencingPorts: boolean;
  /** Finished outputs may be taken. */
  readonly allowReuse: boolean;
  /** The step's. */
  readonly version: string | undefined;
}

/** What `createModuleDef` takes. */
export interface ModuleDefOptions {
  /** Default: `escloud`, what Azure calls a managed compute. */
  readonly executionType?: string | undefined;
  /** Default: the step's inputs. */
  readonly inputBindings?: readonly InputPortBinding[] | undefined;
  /** Default: the step's outputs. */
  readonly outputBindings?: readonly OutputPortBinding[] | undefined;
  /** Further parameters. Default: none. */
  readonly paramDefs?: readonly ParamDef[] | undefined;
  /** Default: true. */
  readonly createSequencingPorts?: boolean | undefined;
  /** Default: the step's. */
  readonly allowReuse?: boolean | undefined;
  /** Default: the step's. */
  readonly version?: string | undefined;
  /** Default: the step's. */
  readonly moduleType?: string | undefined;
  /** Default: the step's. */
  readonly arguments?: readonly Argument[] | undefined;
}

export interface ModuleKind {
  readonly moduleType: string;
  readonly stepType: string;
}

/** The arguments of `createModuleDef`: its options, with the execution type before them if one likes. */
export type ModuleDefArguments =
  | readonly [options?: ModuleDefOptions]
  | readonly [executionType: string, options?: Omit<ModuleDefOptions, 'executionType'>];
