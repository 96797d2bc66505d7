/**
 * Whatever kills the coordinator, `kill -9` included, its process groups must not live on: they would go on writing for a
 * job that nobody runs. A tiny shell holds the list of groups and kills them when its standard input ends, which the
 * kernel sees to when the coordinator is gone. It works whatever a worker is busy with (C code that holds the
 * interpreter's lock, a JavaScript loop), where a check inside the worker would not. Those that left their group are told
 * by their lineage, containers by a label that has it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { containerLabel } from './container/container.ts';
import { lineageVariable } from './lineage.ts';

const script = `
alive=" "
while read -r op pid; do
  case $op in
    +) alive="$alive$pid " ;;
    -) case $alive in *" $pid "*) alive="\${alive%% $pid *} \${alive#* $pid }" ;; esac ;;
    c) set -- "$@" "$pid" ;;
  esac
done
for pid in $alive; do kill -9 "-$pid"; done
for file in $(grep -ls "${lineageVariable}=$1" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -9 "\${pid%/environ}"
done
lineage=$1
shift
[ $# -gt 0 ] || exit
for try in 1 2 3; do
  for tool; do
    names=$("$tool" ps --all --quiet --filter "label=${containerLabel}=$lineage")
    [ -z "$names" ] || { "$tool" kill $names; "$tool" rm --force $names; }
  done
  # One may have been about to be there.
  sleep 1
done
`;

export class Reaper {
  /** See `newLineage`. */
  readonly lineage: string;
  readonly #groups = new Set<number>();
  readonly #containerTools = new Set<string>();
  #shell: ChildProcess | undefined;

  /** @param lineage see `newLineage`: who carries it goes too */
  constructor(lineage: string) {
    this.lineage = lineage;
  }

  /** The group must not outlive this process. @param group its leader's pid */
  watch(group: number): void {
    this.#groups.add(group);
    if (this.#shell === undefined) this.#start();
    else this.#shell.stdin?.write(`+ ${group}\n`);
  }

  /** The group has ended: its number may now belong to somebody else. */
  release(group: number): void {
    if (this.#groups.delete(group)) this.#shell?.stdin?.write(`- ${group}\n`);
  }

  /** Containers with this lineage must not outlive this process. @param tool the program that runs them */
  removeContainers(tool: string): void {
    if (this.#containerTools.has(tool)) return;
    this.#containerTools.add(tool);
    if (this.#shell === undefined) this.#start();
    else this.#shell.stdin?.write(`c ${tool}\n`);
  }

  #start(): void {
    // In a session of its own, so that a Ctrl-C or a kill of our group does not take it along.
    const shell = spawn('/bin/sh', ['-c', script, 'sh', this.lineage], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#shell = shell;
    shell.on('error', () => {});
    shell.stdin.on('error', () => {});
    shell.on('exit', () => {
      if (this.#shell === shell) this.#shell = undefined;
    });
    shell.unref();
    if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
    for (const group of this.#groups) shell.stdin.write(`+ ${group}\n`);
    for (const tool of this.#containerTools) shell.stdin.write(`c ${tool}\n`);
  }
}
