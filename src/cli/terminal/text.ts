/** Lines as data: pieces of text with a meaning. How wide a line is and how it is coloured is decided when it is written. */
import { stripVTControlCharacters, styleText } from 'node:util';
import truncatedWidth from 'fast-string-truncated-width';

export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'warn' | 'busy';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly Span[];

const styles = { strong: 'bold', faint: 'dim', good: 'green', bad: 'red', warn: 'yellow', busy: 'cyan' } as const;

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text: clean(text), tone };
}

export function line(...parts: readonly (string | Span)[]): Line {
  return parts.map((part) => (typeof part === 'string' ? span(part) : part));
}

/** Columns that a text takes: wide characters two, combining ones none. */
export function widthOf(text: string): number {
  return truncatedWidth(text).width;
}

export function lineWidth(spans: Line): number {
  return spans.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** A text cut to so many columns, with `…` where something was cut off. */
export function truncate(text: string, width: number): string {
  if (width <= 0) return '';
  if (width === Number.POSITIVE_INFINITY || widthOf(text) <= width) return text;
  let kept = text.slice(0, truncatedWidth(text, { limit: width - 1 }).index);
  // The last character may be wide and reach over the limit.
  while (widthOf(kept) > width - 1) kept = kept.replace(/.$/su, '');
  return `${kept}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** The line as it is written: at most `width` columns, with or without colour. */
export function render(spans: Line, width: number, colour: boolean): string {
  let left = width;
  let text = '';
  for (const { text: whole, tone } of spans) {
    if (left <= 0) break;
    const part = truncate(whole, left);
    left -= widthOf(part);
    text += colour && tone !== 'plain' ? styleText(styles[tone], part, { validateStream: false }) : part;
  }
  return text;
}

/** What a script or a file name says must not move the cursor. */
function clean(text: string): string {
  return /[\u0000-\u001f\u007f-\u009f]/.test(text)
    ? stripVTControlCharacters(text)
        .replaceAll('\t', '    ')
        .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    : text;
}
