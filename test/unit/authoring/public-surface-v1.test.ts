/** What a user of the package meets in an editor: each public member says what it is, and each type in a signature can be imported. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Declarations, isTypeParameter } from '../../support/declarations.ts';

/** The doors that are held to it, and the folders that are theirs: what they pass on from elsewhere is told there. */
const doors = { 'parallelrun/v1': { file: 'src/authoring/v1/index.ts', own: 'src/authoring/v1' } };

let declarations: Declarations;
beforeAll(() => {
  declarations = new Declarations();
}, 120_000);
afterAll(() => declarations.close());

describe.each(Object.entries(doors))('%s', (_door, { file, own }) => {
  it('says of each public member what it is', { timeout: 120_000 }, () => {
    const silent = declarations
      .exportsOf(file)
      .filter((symbol) => declarations.isIn(symbol, own))
      .flatMap((symbol) => [
        ...(declarations.hasComment(symbol) ? [] : [symbol.name]),
        ...declarations
          .membersOf(symbol)
          .filter(({ member }) => declarations.isIn(member, own))
          .filter(({ member }) => !declarations.hasComment(member) && !declarations.hasCommentAbove(symbol, member.name))
          .map(({ path }) => path),
      ]);
    expect(silent).toEqual([]);
  });

  it('exports each type that stands in a public signature', { timeout: 120_000 }, () => {
    const exported = declarations.exportsOf(file);
    const known = new Set(exported.map((symbol) => symbol.id));
    const hidden = exported
      .filter((symbol) => declarations.isIn(symbol, own))
      .flatMap((symbol) => declarations.typesIn(symbol).map((used) => ({ symbol, used })))
      .filter(({ used }) => declarations.isIn(used, 'src') && !known.has(used.id) && !isTypeParameter(used))
      .map(({ symbol, used }) => `${symbol.name}: ${used.name}`);
    expect([...new Set(hidden)]).toEqual([]);
  });
});
