import type { Component } from './component.ts';
import type { InputPorts } from './component-shape.ts';
import type { OutputPorts } from './job.ts';
import type { CommandSettingsOptions, RunOptions } from './settings.ts';
import { type ComponentOptions, writtenComponent } from './written-component.ts';

export type CommandOptions<I extends InputPorts, O extends OutputPorts> = ComponentOptions<I, O> &
  RunOptions &
  CommandSettingsOptions & { readonly command: string };

/**
 * A command component: a bash command, on one process or on many (`distribution`). Call it for a step of a pipeline or for a job
 * that stands alone, or `run()` it with the values that its inputs were declared with.
 * @throws RequestError with everything that is wrong, in the words of YAML.
 */
export function command<
  const I extends InputPorts = Readonly<Record<never, never>>,
  const O extends OutputPorts = Readonly<Record<never, never>>,
>(options: CommandOptions<I, O>): Component<I, O> {
  return writtenComponent('command', options);
}
