import type { Component } from './component.ts';
import type { InputPorts, OutputPorts } from './component-shape.ts';
import type { CommandWorkOptions } from './settings.ts';
import { type ComponentOptions, writtenComponent } from './written-component.ts';

/** Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml#azure-ai-ml-command */
export type CommandOptions<I extends InputPorts, O extends OutputPorts> = ComponentOptions<I, O> &
  CommandWorkOptions & {
    /** A bash command; `${{inputs.x}}` and `${{outputs.x}}` become paths or values. */
    readonly command: string;
  };

/**
 * A command component: a bash command, on one process or on many (`distribution`). Call it for a step of a pipeline or for a job
 * that stands alone, or `run()` it with the values that its inputs were declared with.
 * @throws RequestError with everything that is wrong.
 */
export function command<
  const I extends InputPorts = Readonly<Record<never, never>>,
  const O extends OutputPorts = Readonly<Record<never, never>>,
>(options: CommandOptions<I, O>): Component<I, O, CommandWorkOptions> {
  return writtenComponent('command', options);
}
