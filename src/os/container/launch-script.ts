/** What the shell does that is the first process of a container: starts the one that is wanted, and says how it ended. Pure. */
import { containerVariable } from './container.ts';

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** In front of the PATH. */
  readonly path: readonly string[];
  readonly container: string;
  /** Named pipes for the descriptors from 3 on; the process reads from the first kind, and writes into the other. */
  readonly pipes: readonly { readonly file: string; readonly direction: 'in' | 'out' }[];
  /** Absent: the terminal. */
  readonly logs?: { readonly stdout: string; readonly stderr: string };
  /** Takes the exit code. */
  readonly end: string;
}

/**
 * The process is not the container's first one: that cannot be killed from inside, nor by a signal that it has no handler for. Variables come
 * this way so that they stand neither in a command line, nor in a file, nor among what the tool tells of a container.
 */
export function launchScript({ file, args, workingDirectory, environmentVariables, path, container, pipes, logs, end }: Launch): string {
  const variables = Object.entries({ ...environmentVariables, [containerVariable]: container });
  const direction = { in: '<', out: '>' };
  const redirected = [
    ...pipes.map((pipe, index) => `${index + 3}${direction[pipe.direction]}${quote(pipe.file)}`),
    ...(logs === undefined
      ? []
      : ['</dev/null', `>>${quote(logs.stdout)}`, logs.stderr === logs.stdout ? '2>&1' : `2>>${quote(logs.stderr)}`]),
  ];
  return [
    ...variables.filter(([name]) => isName(name)).map(([name, value]) => `export ${name}=${quote(value)}`),
    ...(path.length === 0 ? [] : [`export PATH=${quote(path.join(':'))}:"$PATH"`]),
    // The user may be none that the image knows.
    '[ -w "$HOME" ] || export HOME=/tmp',
    `cd ${quote(workingDirectory)} || exit 126`,
    // What a shell says of a command that was killed would be in the command's own log.
    `(exec ${[...[file, ...args].map(quote), ...redirected].join(' ')})`,
    'code=$?',
    `echo $code >${quote(end)}`,
    'exit $code',
    '',
  ].join('\n');
}

/** A shell passes no others on. */
function isName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
