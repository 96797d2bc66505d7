/**
 * Whatever kills the coordinator, `kill -9` included, its process groups must not live on: they would go on writing for a
 * job that nobody runs. A tiny shell holds the list of groups and kills them when its standard input ends, which the
 * kernel sees to when the coordinator is gone. It works whatever a worker is busy with (C code that holds the
 * interpreter's lock, a JavaScript loop), where a check inside the worker would not. Those that left their group are told
 * by their lineage.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { lineageVariable, ownLineage } from './lineage.ts';

const script = `
alive=" "
while read -r op pid; do
  case $op in
    +) alive="$alive$pid " ;;
    -) case $alive in *" $pid "*) alive="\${alive%% $pid *} \${alive#* $pid }" ;; esac ;;
  esac
done
for pid in $alive; do kill -9 "-$pid"; done
for file in $(grep -ls "${lineageVariable}=$1" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -9 "\${pid%/environ}"
done
`;

let shell: ChildProcess | undefined;
const groups = new Set<number>();

/** Names a process group (its leader's pid) that must not outlive this process. */
export function reapWithUs(pid: number): void {
  groups.add(pid);
  tell(`+ ${pid}\n`);
}

/** The group has ended: its number may now belong to somebody else. */
export function reaped(pid: number): void {
  if (groups.delete(pid)) tell(`- ${pid}\n`);
}

function tell(line: string): void {
  if (shell === undefined) {
    // In a session of its own, so that a Ctrl-C or a kill of our group does not take it along.
    const started = spawn('/bin/sh', ['-c', script, 'sh', ownLineage], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    shell = started;
    started.on('error', () => {});
    started.stdin.on('error', () => {});
    started.on('exit', () => {
      if (shell === started) shell = undefined;
    });
    started.unref();
    if ('unref' in started.stdin && typeof started.stdin.unref === 'function') started.stdin.unref();
    for (const pid of groups) started.stdin.write(`+ ${pid}\n`);
    return;
  }
  shell.stdin?.write(line);
}
