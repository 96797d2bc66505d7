import { invalid } from '../invalid.ts';
import type { ModuleDef, ParamDef } from './module-def.ts';
import type { StepDescription, StepWork } from './step-description.ts';

/** A parameter of a node. */
export class Param {
  /** What it is. */
  readonly definition: ParamDef;
  #value: unknown;
  /** With its default as value. */
  constructor(definition: ParamDef) {
    this.definition = definition;
    this.#value = definition.defaultValue;
  }
  /** Unique in its node. */
  get name(): string {
    return this.definition.name;
  }
  /** Its value, or its default. */
  getValue(): unknown {
    return this.#value;
  }
  /** Gives it a value. */
  setValue(value: unknown): void {
    this.#value = value;
  }
}

/** A step in a graph. Source: azureml.pipeline.core.graph.ModuleNode. */
export class ModuleNode {
  /** Unique in its graph: the name of the step in its job. */
  readonly nodeId: string;
  /** The step. */
  readonly step: StepDescription;
  /** What it does in this graph. */
  readonly work: StepWork;
  /** What the step is, as a module. */
  readonly moduleDef: ModuleDef;
  /** Its parameters, in the order of the module. */
  readonly params: readonly Param[];

  /** Made by `Graph.addStep`. */
  constructor(nodeId: string, step: StepDescription, work: StepWork, moduleDef: ModuleDef) {
    this.nodeId = nodeId;
    this.step = step;
    this.work = work;
    this.moduleDef = moduleDef;
    this.params = moduleDef.paramDefs.map((definition) => new Param(definition));
  }

  /** The step's. */
  get name(): string {
    return this.step.name;
  }

  /** A parameter by its name. @throws RequestError when there is none. */
  getParam(name: string): Param {
    const found = this.params.find((param) => param.name === name);
    if (found === undefined)
      throw invalid(
        'name',
        `The node ${this.name} has no parameter ${name}.`,
        `It has: ${this.params.map((param) => param.name).join(', ')}.`,
      );
    return found;
  }

  /** This node waits for another one though it reads nothing of it. */
  runAfter(node: ModuleNode): void {
    this.step.runAfter(node.step);
  }
}
