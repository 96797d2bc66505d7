import { describe, expect, it } from 'vitest';
import { portionInWords, portionOf, windowOf } from '../../../src/language/portion.ts';

describe('a portion of a job', () => {
  it('is everything where nothing is asked for, the first ones of each step, or one of a step', () => {
    expect(portionOf({}, ['a', 'b'])).toBeUndefined();
    expect(portionOf({ limit: 3 }, ['a', 'b'])).toEqual({ from: 0, count: 3 });
    expect(portionOf({ miniBatch: 13 }, ['main'])).toEqual({ from: 13, count: 1 });
    expect(portionOf({ miniBatch: 13, step: 'b' }, ['a', 'b'])).toEqual({ from: 13, count: 1, step: 'b' });
  });

  it.each([
    [{ limit: 0 }, 'from 1 on; found 0'],
    [{ miniBatch: -1 }, 'from 0 on; found -1'],
    [{ limit: 1, miniBatch: 1 }, '--limit or --mini-batch'],
    [{ step: 'a' }, 'there is none'],
    [{ miniBatch: 1 }, 'one of score, after'],
    [{ miniBatch: 1, step: 'scores' }, 'no parallel step "scores": it has score, after. Did you mean score?'],
  ])('%o is refused', (asked, message) => {
    expect(() => portionOf(asked, ['score', 'after'])).toThrow(message);
  });

  it('of one step leaves the others whole', () => {
    const portion = { from: 4, count: 1, step: 'b' };
    expect([windowOf(portion, 'a'), windowOf(portion, 'b')]).toEqual([undefined, { from: 4, count: 1 }]);
    expect(portionInWords(portion)).toBe('mini-batch 4 of the step b');
  });
});
