import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, type LedgerRecord, readLedger } from '../../../../src/parallel/record/ledger.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const record = fc.record<LedgerRecord>({
  kind: fc.constantFrom('done', 'attempt_failed', 'failed', 'parted', 'part_done', 'part_split', 'part_failed', 'part_reopened'),
  index: fc.nat(0xffffffff),
  attempt: fc.integer({ min: 1, max: 0xffff }),
  items: fc.nat(0xffffffff),
  returned: fc.nat(0xffffffff),
  segment: fc.nat(0xffffffff),
  offset: fc.nat(Number.MAX_SAFE_INTEGER),
  length: fc.nat(Number.MAX_SAFE_INTEGER),
  crc: fc.nat(0xffffffff),
  started: fc.nat(2 ** 42),
  loadMs: fc.nat(1 << 20),
  runMs: fc.nat(1 << 20),
  worker: fc.nat(0xffffffff),
  part: fc.nat(0xffffffff),
});
const groups = fc.array(fc.array(record, { minLength: 1, maxLength: 5 }), { maxLength: 6 });

async function write(path: string, content: readonly (readonly LedgerRecord[])[]): Promise<number[]> {
  rmSync(path, { force: true });
  const ledger = await Ledger.open(
    path,
    async () => true,
    () => {},
  );
  const ends = content.map((group) => {
    for (const entry of group) ledger.add(entry);
    ledger.commit();
    return ledger.position;
  });
  ledger.close();
  return ends;
}

async function reopen(path: string): Promise<LedgerRecord[]> {
  const read: LedgerRecord[] = [];
  (
    await Ledger.open(
      path,
      async () => true,
      (entry) => read.push(entry),
    )
  ).close();
  return read;
}

describe('the ledger', () => {
  it('gives back what was committed', async () => {
    await fc.assert(
      fc.asyncProperty(groups, async (content) => {
        const path = join(folder, 'ledger.bin');
        await write(path, content);
        expect(await reopen(path)).toEqual(content.flat());
      }),
      { numRuns: 50 },
    );
  });

  it('torn anywhere, gives back exactly the whole groups before the tear, and can be written on', async () => {
    await fc.assert(
      fc.asyncProperty(groups, fc.double({ min: 0, max: 1, noNaN: true }), record, async (content, fraction, next) => {
        const path = join(folder, 'ledger.bin');
        const ends = await write(path, content);
        const cut = Math.floor((ends.at(-1) ?? 0) * fraction);
        truncateSync(path, cut);
        const whole = content.filter((_, index) => (ends[index] ?? 0) <= cut).flat();
        expect(await reopen(path)).toEqual(whole);
        const ledger = await Ledger.open(
          path,
          async () => true,
          () => {},
        );
        ledger.add(next);
        ledger.commit();
        ledger.close();
        expect(await reopen(path)).toEqual([...whole, next]);
      }),
      { numRuns: 100 },
    );
  });

  it('cuts off a group with a flipped bit, and all behind it', async () => {
    const path = join(folder, 'ledger.bin');
    const content = fc.sample(fc.array(record, { minLength: 2, maxLength: 2 }), 3);
    const ends = await write(path, content);
    const bytes = readFileSync(path);
    const at = (ends[0] ?? 0) + 40;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path, bytes);
    expect(await reopen(path)).toEqual(content[0]);
  });

  it('does not ask for the rows of what a mark vouches for, and cuts off behind it what lost its rows', async () => {
    const path = join(folder, 'ledger.bin');
    const [first, second, third] = fc.sample(record, 3) as [LedgerRecord, LedgerRecord, LedgerRecord];
    const ledger = await Ledger.open(
      path,
      async () => true,
      () => {},
    );
    ledger.add(first);
    ledger.commit();
    ledger.markSynced(ledger.position);
    for (const entry of [second, third]) {
      ledger.add(entry);
      ledger.commit();
    }
    ledger.close();
    const asked: LedgerRecord[] = [];
    const read: LedgerRecord[] = [];
    const intact = async (entry: LedgerRecord) => {
      asked.push(entry);
      return asked.length === 1;
    };
    (await Ledger.open(path, intact, (entry) => read.push(entry))).close();
    expect(asked).toEqual([second, third]);
    expect(read).toEqual([first, second]);
    const kept: LedgerRecord[] = [];
    readLedger(path, (entry) => kept.push(entry));
    expect(kept).toEqual([first, second]);
  });
});
