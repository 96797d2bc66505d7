/** The machines that the processes of a distributed command run on. */
export interface Nodes {
  /** Where processes on a node are reached by those on the others. @param node its number, from 0 on */
  address(node: number): string;
  /** A command of the shell, to be run on a node. */
  shell(node: number, command: string): { readonly file: string; readonly args: readonly string[] };
}

/** Its nodes are logical. */
export const thisMachine: Nodes = {
  address: () => '127.0.0.1',
  shell: (_, command) => ({ file: 'bash', args: ['-c', command] }),
};
