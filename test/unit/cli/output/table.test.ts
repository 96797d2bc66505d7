import { expect, test } from 'vitest';
import { columns, facts } from '../../../../src/cli/output/table.ts';

test('columns line up by what is seen, also with wide characters', () => {
  expect(
    columns(
      ['NAME', 'STATUS', 'NOTE'],
      [
        ['größe_計算', 'Failed', 'two\nlines'],
        ['b', 'Completed', ''],
      ],
    ),
  ).toBe(['NAME        STATUS     NOTE', 'größe_計算  Failed     two lines', 'b           Completed'].join('\n'));
  expect(
    facts([
      ['計', 'x'],
      ['name', 'y'],
    ]),
  ).toBe('計    x\nname  y');
});
