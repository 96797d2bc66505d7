/** A container that processes of a step run in: what of it is the same for all of them. */

/** The program that runs containers. */
export interface ContainerTool {
  readonly name: 'podman' | 'docker';
  /** Absolute. */
  readonly file: string;
  /** Its own environment variables: complete. */
  readonly environmentVariables: Readonly<Record<string, string>>;
}

/** A file or folder that is in the container where it is on this machine. Absolute. */
export interface Mount {
  readonly path: string;
  readonly isWritable: boolean;
}

export interface Container {
  readonly tool: ContainerTool;
  /** An image that is there; best its id, which never leads to another. */
  readonly image: string;
  readonly mounts: readonly Mount[];
  /** Further options of the tool's `run`: the last of two that disagree counts. */
  readonly options: readonly string[];
  /** Folders in front of the PATH that the image sets. */
  readonly path: readonly string[];
  /** A folder for what each of them is reached by; among the mounts. */
  readonly links: string;
}

/** The same with these files or folders. */
export function withMounts(container: Container, paths: readonly string[], isWritable: boolean): Container {
  return { ...container, mounts: [...container.mounts, ...paths.map((path) => ({ path, isWritable }))] };
}

/** The name of what every container carries: by whom it was started. See `newLineage`. */
export const containerLabel = 'parallelrun';
/** Processes in a container are told apart by it from others of the machine. */
export const containerVariable = 'PARALLELRUN_CONTAINER';
