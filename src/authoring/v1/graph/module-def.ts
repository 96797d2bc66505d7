/** What a step is, as a module of a graph: for those who build graphs by hand. */

export interface ParamDef {
  readonly name: string;
  readonly defaultValue: unknown;
  /** It describes the module and is not given to the script. */
  readonly isMetadataParam: boolean;
}

export interface PortDef {
  readonly name: string;
  /** Of inputs: files or rows. */
  readonly form: 'file' | 'tabular';
}

export interface ModuleDef {
  readonly name: string;
  readonly executionType: string;
  readonly moduleType: string;
  readonly stepType: string;
  readonly inputPortDefs: readonly PortDef[];
  readonly outputPortDefs: readonly PortDef[];
  readonly paramDefs: readonly ParamDef[];
  readonly allowReuse: boolean;
  readonly version: string | undefined;
}

export interface ModuleDefOptions {
  /** Default: `escloud`, what Azure calls a managed compute. */
  readonly executionType?: string | undefined;
  readonly paramDefs?: readonly ParamDef[] | undefined;
  readonly allowReuse?: boolean | undefined;
  readonly version?: string | undefined;
}

export interface ModuleKind {
  readonly moduleType: string;
  readonly stepType: string;
}
