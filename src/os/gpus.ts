/** GPUs of this machine, as `CUDA_VISIBLE_DEVICES` names them. */
import { readdirSync } from 'node:fs';

/**
 * The indices that a step may use: those of `CUDA_VISIBLE_DEVICES` where it is set, else all that the driver lists
 * (Linux; elsewhere there is no NVIDIA driver to ask).
 */
export function visibleGpus(environmentVariables: Readonly<Record<string, string>>): readonly string[] {
  const set = environmentVariables.CUDA_VISIBLE_DEVICES;
  if (set !== undefined)
    return set
      .split(',')
      .map((index) => index.trim())
      .filter((index) => index !== '' && index !== '-1');
  try {
    return readdirSync('/proc/driver/nvidia/gpus').map((_, index) => String(index));
  } catch {
    return [];
  }
}
