import { invalid } from '../invalid.ts';
import type { ModuleDef, ParamDef } from './module-def.ts';
import type { StepDescription } from './step-description.ts';

/** A parameter of a node. */
export class Param {
  readonly definition: ParamDef;
  #value: unknown;
  constructor(definition: ParamDef) {
    this.definition = definition;
    this.#value = definition.defaultValue;
  }
  get name(): string {
    return this.definition.name;
  }
  getValue(): unknown {
    return this.#value;
  }
  setValue(value: unknown): void {
    this.#value = value;
  }
}

/** A step in a graph. */
export class ModuleNode {
  readonly nodeId: string;
  readonly step: StepDescription;
  readonly moduleDef: ModuleDef;
  readonly params: readonly Param[];

  constructor(nodeId: string, step: StepDescription, moduleDef: ModuleDef) {
    this.nodeId = nodeId;
    this.step = step;
    this.moduleDef = moduleDef;
    this.params = moduleDef.paramDefs.map((definition) => new Param(definition));
  }

  get name(): string {
    return this.step.name;
  }

  /** @throws RequestError when there is no parameter of this name. */
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
