/** Who is there, for whoever looks at a cluster without running anything on it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsLink } from '../../nats/connect.ts';
import type { AgentRequest, Hello, ProbeAnswer } from './messages.ts';

const answerMs = 500;

export interface RolledAgent extends Hello {
  /** Whether it has the folder that was asked for, and not another one under its name. */
  readonly sharesFolder: boolean;
}

/** The agents of a space that answer, by name. @param folder jobs are to lie in it; absolute */
export async function callRoll(link: NatsLink, folder: string): Promise<readonly RolledAgent[]> {
  const { subjects } = link;
  const hellos = new Map<string, Hello>();
  const stop = link.hear<Hello>(subjects.hello, (hello) => hellos.set(hello.id, hello));
  link.say(subjects.roll, {});
  await sleep(answerMs);
  stop();
  const token = { file: join(folder, `.shared-${randomBytes(6).toString('hex')}`), text: randomBytes(12).toString('hex') };
  mkdirSync(folder, { recursive: true });
  writeFileSync(token.file, token.text);
  try {
    const request: AgentRequest = { kind: 'probe', token };
    const asked = [...hellos.values()].map(async (hello): Promise<RolledAgent> => {
      const answer = await link.ask<ProbeAnswer>(subjects.agent(hello.id), request, 2000).catch(() => undefined);
      return { ...hello, sharesFolder: answer?.sharesFolder === true };
    });
    return (await Promise.all(asked)).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  } finally {
    rmSync(token.file, { force: true });
  }
}
