import { describe, expect, it } from 'vitest';
import { Fleet } from '../../../src/launch/fleet.ts';
import type { AllocationState, Launcher } from '../../../src/launch/launcher.ts';

/** A scheduler whose allocations are in the state that the test puts them in. */
class FakeScheduler implements Launcher {
  readonly name = 'Fake';
  readonly unit = 'job';
  readonly states = new Map<string, AllocationState>();
  readonly labels: string[] = [];
  readonly canceled: string[] = [];
  cleared = 0;
  /** What becomes of those that are asked for. */
  next: AllocationState = { kind: 'pending', reason: 'Resources' };

  async start(labels: readonly string[]): Promise<readonly string[]> {
    return labels.map((label) => {
      const id = String(this.labels.push(label));
      this.states.set(id, this.next);
      return id;
    });
  }

  async look(): Promise<ReadonlyMap<string, AllocationState>> {
    return new Map(this.states);
  }

  async cancel(ids: readonly string[]): Promise<void> {
    this.canceled.push(...ids);
  }

  async clear(): Promise<void> {
    this.cleared += 1;
  }

  logOf(label: string): string {
    return label;
  }
}

interface Started {
  readonly scheduler: FakeScheduler;
  readonly fleet: Fleet;
  readonly notices: readonly string[];
  /** Resolves when something has been told. */
  told(text: string): Promise<void>;
}

async function start(agents: number, scheduler = new FakeScheduler()): Promise<Started> {
  const notices: string[] = [];
  const notice = (_: string, message: string) => notices.push(message);
  const fleet = await Fleet.start(scheduler, { agents, notice, printed: () => 'no such file', pace: { least: 1, most: 5 } });
  const told = async (text: string) => {
    while (!notices.some((message) => message.includes(text))) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { scheduler, fleet, notices, told };
}

describe('a fleet of agents', () => {
  it('tells why they wait, once for each reason, and replaces who has ended or is silent', async () => {
    const { scheduler, fleet, notices, told } = await start(2);
    await told('Waiting for 2 of 2 nodes; Fake says: Resources (jobs 1, 2).');
    scheduler.states.set('1', { kind: 'running', host: 'n1' });
    await told('Waiting for 1 of 2 nodes; Fake says: Resources (job 2).');
    scheduler.states.set('2', { kind: 'running', host: 'n2' });
    for (const label of scheduler.labels) fleet.joined(label);
    scheduler.states.set('1', { kind: 'ended', why: 'TIMEOUT', host: 'n1' });
    await told('Fake job 1 on n1 has ended (TIMEOUT): another takes its place.');
    await told('Waiting for 1 of 2 nodes; Fake says: Resources (job 3).');
    fleet.lost(scheduler.labels[1] ?? '');
    await told('Fake says: Resources (jobs 3, 4).');
    expect(scheduler.canceled).toEqual(['2']);
    await fleet.close();
    // What an earlier life has left goes before the first is asked for.
    expect(scheduler.cleared).toBe(2);
    expect(notices.filter((message) => message.startsWith('Waiting'))).toHaveLength(4);
  });

  it('is broken when agents end before they have come, again and again, with what they have printed', async () => {
    const scheduler = new FakeScheduler();
    scheduler.next = { kind: 'ended', why: 'FAILED', host: 'n1' };
    const { fleet } = await start(1, scheduler);
    await new Promise((resolve) => fleet.broken.addEventListener('abort', resolve, { once: true }));
    expect(String(fleet.broken.reason)).toMatch(/No agent could be brought to work .* in 3 tries.*Fake says FAILED.*no such file/s);
    expect(scheduler.labels).toHaveLength(3);
    await fleet.close();
  });

  it('goes on where others work, also when a node cannot run the step', async () => {
    const { scheduler, fleet, told } = await start(2);
    fleet.joined(scheduler.labels[0] ?? '');
    fleet.refused(scheduler.labels[1] ?? '', 'The node n2 cannot run the step: no Python');
    await told('no Python');
    expect(scheduler.canceled).toEqual(['2']);
    expect(fleet.broken.aborted).toBe(false);
    await fleet.close();
  });
});
