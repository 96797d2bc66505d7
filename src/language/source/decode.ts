/** Bytes of a YAML file become text, or a problem that says where the bytes stop being text. */
import type { Problem } from '../../errors/types.ts';

export function decode(
  bytes: Uint8Array,
): { readonly kind: 'text'; readonly text: string } | { readonly kind: 'problem'; readonly problem: Problem } {
  const wrong = (code: string, message: string, offset: number, hint?: string) => ({
    kind: 'problem' as const,
    problem: { code, message, ...positionOf(bytes, offset), ...(hint !== undefined && { hint }) },
  });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return wrong('not-utf8', 'The file is UTF-16; expected UTF-8.', 0, 'Save it again as UTF-8.');
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) return wrong('binary-file', 'The file is binary (it holds a NUL byte); expected YAML text.', nul);
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return wrong('not-utf8', 'The file is not UTF-8 text.', firstBadByte(bytes), 'Save it again as UTF-8.');
  }
}

/** Offset of the first byte that does not decode: the shortest prefix that fails, found by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    try {
      // `stream` lets a prefix end inside a character.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}

function positionOf(bytes: Uint8Array, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let index = bytes.indexOf(10); index >= 0 && index < offset; index = bytes.indexOf(10, index + 1)) {
    line += 1;
    start = index + 1;
  }
  // A character that was cut short decodes as U+FFFD: that is where the bad bytes begin.
  const before = new TextDecoder().decode(bytes.subarray(start, offset));
  const cut = before.indexOf('\ufffd');
  return { line, column: (cut < 0 ? before.length : cut) + 1 };
}
