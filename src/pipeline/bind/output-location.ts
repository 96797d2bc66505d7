import { existsSync } from 'node:fs';
import type { AssetResolver } from '../../store/assets.ts';
import type { StepOutput } from '../steps/record.ts';
import { locate } from './locate.ts';
import type { Location } from './location.ts';

export type AwayOutput = StepOutput & { readonly address: string };

/** Where what a step wrote can be read: on this machine, as long as all of it is there, else in its store. */
export function outputLocation(output: StepOutput, assets: AssetResolver): Location {
  return isAway(output) ? locate(output.address, output.type, assets) : { kind: 'local', path: output.path };
}

/** It must be asked of its store. */
export function isAway(output: StepOutput): output is AwayOutput {
  return output.address !== undefined && !(output.isHere === true && existsSync(output.path));
}
