import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlannedMiniBatch } from '../../../../src/data/types.ts';
import { encodeDescriptor, Manifest, type PlannedManifest, readManifest } from '../../../../src/parallel/plan/manifest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const miniBatch = (name: string): PlannedMiniBatch => ({ reader: 0, slice: { kind: 'files', paths: [name] }, items: 1 });

describe('the manifest', () => {
  it('gives out every mini-batch once and in order, however far the dispatcher is behind', () => {
    const path = join(folder, 'manifest.jsonl');
    const manifest = Manifest.begin(path);
    const total = 130_000;
    const taken: number[] = [];
    const take = (count: number) => {
      for (let i = 0; i < count; i += 1) {
        const next = manifest.take();
        if (next === undefined) return;
        expect(next.text).toBe(encodeDescriptor(miniBatch(`ein Name mit ü ${next.index}`)));
        taken.push(next.index);
      }
    };
    for (let at = 0; at < total; at += 1000) {
      manifest.append(Array.from({ length: 1000 }, (_, i) => miniBatch(`ein Name mit ü ${at + i}`)));
      take(at < 20_000 ? 1500 : at % 7 === 0 ? 900 : 10);
    }
    expect(manifest.waiting).toBe(total - taken.length);
    take(total);
    expect(manifest.waiting).toBe(0);
    const { planned } = manifest;
    manifest.close();
    expect(taken).toEqual(Array.from({ length: total }, (_, i) => i));
    const again = completed(path, planned);
    expect(again.count).toBe(total);
    let read = 0;
    for (let next = again.take(); next !== undefined; next = again.take()) {
      expect(next.index).toBe(read);
      read += 1;
    }
    expect(read).toBe(total);
    again.close();
  });

  it('holds descriptors of any length', () => {
    const path = join(folder, 'manifest.jsonl');
    const long = 'x'.repeat(3 << 20);
    const manifest = Manifest.begin(path);
    manifest.append([miniBatch('a'), miniBatch(long), miniBatch('b')]);
    const { planned } = manifest;
    manifest.close();
    const again = completed(path, planned);
    expect([again.take(), again.take(), again.take()].map((next) => next?.text)).toEqual(
      ['a', long, 'b'].map((name) => encodeDescriptor(miniBatch(name))),
    );
    expect(again.take()).toBeUndefined();
    again.close();
  });

  it('accepts a second planning that begins like the interrupted first, and refuses another', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 20 }), fc.nat(), fc.integer({ min: 1, max: 5 }), (names, cut, chunk) => {
        const path = join(folder, 'manifest.jsonl');
        rmSync(path, { force: true });
        const first = Manifest.begin(path);
        first.append(names.map(miniBatch));
        first.close();
        const { length } = readManifest(path, () => undefined);
        truncateSync(path, cut % (length + 1));
        const { count } = readManifest(path, () => undefined);
        const before = readFileSync(path);
        const plan = (changed: boolean) => {
          const manifest = Manifest.begin(path);
          try {
            for (let at = 0; at < names.length; at += chunk) {
              const piece = names.slice(at, at + chunk).map((name, i) => miniBatch(changed && at + i === 0 ? `${name}!` : name));
              manifest.append(piece);
            }
            manifest.complete();
          } finally {
            manifest.close();
          }
        };
        // Refused again and again: what stood there is not written over.
        for (let tries = 0; count > 0 && tries < 2; tries += 1) expect(() => plan(true)).toThrow('no longer what it was');
        if (count > 0) expect(before.indexOf(readFileSync(path))).toBe(0);
        expect(() => plan(false)).not.toThrow();
        expect(readFileSync(path, 'utf8')).toBe(names.map((name) => `${encodeDescriptor(miniBatch(name))}\n`).join(''));
      }),
      { numRuns: 100 },
    );
  });

  it('that lost, doubled or changed anything is not the one that was planned', () => {
    const path = join(folder, 'manifest.jsonl');
    const manifest = Manifest.begin(path);
    manifest.append(['a', 'b', 'c'].map(miniBatch));
    const { planned } = manifest;
    manifest.close();
    const whole = readFileSync(path, 'utf8');
    const lines = whole.split(/(?<=\n)/);
    const damaged = ['', lines.slice(0, 2).join(''), whole + lines[2], whole.replace('b', 'x'), '\0'.repeat(whole.length)];
    for (const text of damaged) {
      writeFileSync(path, text);
      expect(Manifest.completed(path, planned)).toBeUndefined();
    }
    rmSync(path);
    expect(Manifest.completed(path, planned)).toBeUndefined();
  });
});

function completed(path: string, planned: PlannedManifest): Manifest {
  const manifest = Manifest.completed(path, planned);
  if (manifest === undefined) throw new Error('it is not what was planned');
  return manifest;
}
