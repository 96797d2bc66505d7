/** A stream that is a real terminal emulator, and what can be seen on it. */
import xterm from '@xterm/headless';
import type { DisplayStream } from '../../src/cli/terminal/capabilities.ts';

export class Screen implements DisplayStream {
  readonly isTTY = true;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #resized = new Set<() => void>();
  written = '';
  /** As Node knows it. */
  #known: { readonly columns: number; readonly rows: number };

  constructor(columns: number, rows: number) {
    this.#known = { columns, rows };
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true, scrollback: 1000 });
  }

  get columns(): number {
    return this.#known.columns;
  }

  get rows(): number {
    return this.#known.rows;
  }

  write(text: string): void {
    this.written += text;
    this.#terminal.write(text);
  }

  on(_event: 'resize', listener: () => void): void {
    this.#resized.add(listener);
  }

  off(_event: 'resize', listener: () => void): void {
    this.#resized.delete(listener);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.resizeUnheard(columns, rows);
    this._refreshSize();
  }

  /** The signal that tells of it is still under way. */
  async resizeUnheard(columns: number, rows: number): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, rows);
  }

  _refreshSize(): void {
    const { cols: columns, rows } = this.#terminal;
    if (columns === this.#known.columns && rows === this.#known.rows) return;
    this.#known = { columns, rows };
    for (const listener of this.#resized) listener();
  }

  /** All lines from the top of the scrollback, wrapped ones joined, without the empty end. */
  async lines(): Promise<string[]> {
    await this.#settled();
    const buffer = this.#terminal.buffer.active;
    const found: string[] = [];
    for (let i = 0; i < buffer.length; i++) {
      const row = buffer.getLine(i);
      const text = row?.translateToString(true) ?? '';
      if (row?.isWrapped === true) found.push((found.pop() ?? '') + text);
      else found.push(text);
    }
    while (found.at(-1) === '') found.pop();
    return found;
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}
