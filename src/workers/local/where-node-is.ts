/**
 * Asks a Node process that hangs for its stack. Nothing is open for that while it works: at SIGUSR1 a thread of Node's own opens the
 * inspector, also while the script keeps the main thread busy.
 * Source: Node.js, "Debugging Node.js", enabling the inspector.
 */
import { realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanStack } from '../../errors/stack.ts';
import { sizeOf, tail } from '../../os/log-tail.ts';
import type { Whereabouts } from '../compute.ts';
import type { AskedProcess } from './host.ts';

/** A port that is free, and an address that is told to stderr alone: nobody else on the machine can attach. */
export const inspectorArguments: readonly string[] = ['--inspect-port=127.0.0.1:0', '--inspect-publish-uid=stderr'];

const lookEveryMs = 20;
const addressWithinMs = 1_000;
const answerWithinMs = 1_000;
const pausesWithinMs = 200;

const inACall: Whereabouts = {
  kind: 'sentence',
  sentence: 'No JavaScript was running: it was in a call that does not return (execSync, Atomics.wait, native code).',
};

export async function whereNodeIs({ pid, stderr, code }: AskedProcess): Promise<Whereabouts | undefined> {
  const before = sizeOf(stderr.path);
  process.kill(pid, 'SIGUSR1');
  const address = await addressIn({ path: stderr.path, start: before });
  return address === undefined ? inACall : askAt(address, [...new Set([code, realpathSync(code)])]);
}

async function addressIn(log: AskedProcess['stderr']): Promise<string | undefined> {
  for (let waited = 0; waited < addressWithinMs; waited += lookEveryMs) {
    await sleep(lookEveryMs);
    const address = /^Debugger listening on (ws:\S+)$/m.exec(tail(log, 20))?.[1];
    if (address !== undefined) return address;
  }
  return undefined;
}

interface CallFrame {
  readonly functionName: string;
  /** 0-based. */
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly callFrames?: readonly CallFrame[]; readonly scriptId?: string; readonly url?: string };
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

const asked = { enable: 1, pause: 2, disable: 3, resources: 4 };

async function askAt(address: string, folders: readonly string[]): Promise<Whereabouts | undefined> {
  const socket = new WebSocket(address);
  const answer = Promise.withResolvers<Whereabouts | undefined>();
  const files = new Map<string, string>();
  const send = (id: number, method: string, params = {}) => socket.send(JSON.stringify({ id, method, params }));
  socket.addEventListener('error', () => answer.resolve(undefined));
  socket.addEventListener('open', () => {
    send(asked.enable, 'Debugger.enable');
    send(asked.pause, 'Debugger.pause');
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result } = JSON.parse(String(data)) as Message;
    if (method === 'Debugger.scriptParsed') files.set(params?.scriptId ?? '', params?.url ?? '');
    else if (method === 'Debugger.paused') answer.resolve(stackOf(params?.callFrames ?? [], files, folders));
    else if (id === asked.resources) answer.resolve(waitingFor(result?.result?.value));
    else if (id === asked.pause) onlyWaits = setTimeout(askForResources, pausesWithinMs);
  });
  let onlyWaits: NodeJS.Timeout | undefined;
  // One that only waits never comes to a statement to stop at.
  const askForResources = () => {
    send(asked.disable, 'Debugger.disable');
    send(asked.resources, 'Runtime.evaluate', { expression: 'process.getActiveResourcesInfo()', returnByValue: true });
  };
  const timer = setTimeout(() => answer.resolve(undefined), answerWithinMs);
  try {
    return await answer.promise;
  } finally {
    clearTimeout(timer);
    clearTimeout(onlyWaits);
    socket.close();
  }
}

function stackOf(frames: readonly CallFrame[], files: ReadonlyMap<string, string>, folders: readonly string[]): Whereabouts | undefined {
  const lines = frames.map(({ functionName, location: { scriptId, lineNumber, columnNumber = 0 } }) => {
    const place = `${files.get(scriptId) ?? ''}:${lineNumber + 1}:${columnNumber + 1}`;
    return functionName === '' ? `    at ${place}` : `    at ${functionName} (${place})`;
  });
  const own = cleanStack(lines.join('\n'), folders);
  return own === '' ? undefined : { kind: 'stack', stack: own };
}

/** @param resources what keeps the event loop alive, by kind: `TCPSocketWrap`, `Timeout` */
function waitingFor(resources: unknown): Whereabouts {
  const kinds = Array.isArray(resources) ? [...new Set(resources.filter((kind) => typeof kind === 'string'))] : [];
  // The pipes to the coordinator are always there.
  const own = kinds.filter((kind) => kind !== 'PipeWrap');
  const open = own.length === 0 ? 'nothing is open that could settle it' : `open are: ${own.join(', ')}`;
  return { kind: 'sentence', sentence: `No JavaScript was running: it awaited something that did not come (${open}).` };
}
