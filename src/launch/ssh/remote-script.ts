import { shellCommand } from '../shell.ts';

/**
 * What a shell on another machine is to do: run the command, and end it when the input of the connection ends. That is so when this
 * side wants it, and when this side is gone, whatever ended it: sshd itself would let the command run on.
 */
export function followingConnection(command: readonly string[], setup: string | undefined): string {
  return [
    ...(setup === undefined ? [] : [setup]),
    'exec 3<&0',
    // The shell puts what runs in the background on no input.
    `${shellCommand(command)} 3<&- & started=$!`,
    '{ cat <&3; kill -TERM $started; sleep 5; kill -KILL $started; } >/dev/null 2>&1 & watching=$!',
    'exec 3<&-',
    'wait $started; code=$?',
    'kill $watching 2>/dev/null',
    'exit $code',
  ].join('\n');
}
