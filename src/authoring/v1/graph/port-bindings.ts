/** Inputs and outputs of steps by hand: something under a name, in a mode. */
import { DatasetConsumptionConfig } from '../data/consumption.ts';
import { InputSource } from '../data/input-source.ts';

export class InputPortBinding extends InputSource {
  readonly name: string;
  readonly bindObject: DatasetConsumptionConfig | InputSource;
  constructor(name: string, bindObject: DatasetConsumptionConfig | InputSource) {
    super();
    this.name = name;
    this.bindObject = bindObject;
  }
  override toInput(): DatasetConsumptionConfig {
    const input = this.bindObject instanceof InputSource ? this.bindObject.toInput() : this.bindObject;
    return new DatasetConsumptionConfig(this.name, input.dataset, { mode: input.mode });
  }
}
