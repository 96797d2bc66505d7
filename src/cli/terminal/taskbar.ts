/**
 * The job's progress in the terminal's tab, title or task bar (OSC 9;4, as ConEmu defined it:
 * conemu.github.io/en/AnsiEscapeCodes.html, "ConEmu specific OSC"). It is said again now and then: some terminals forget it.
 */
import type { DisplayStream, Environment } from './capabilities.ts';

const saidAgainMs = 5_000;

/**
 * Whether the terminal takes OSC 9;4 for progress: to some, OSC 9 is a notification to be shown. Windows Terminal, ConEmu, WezTerm,
 * ghostty, Konsole, iTerm2 from 3.6.6 and VTE from 0.79 on. Not through tmux or screen, whose inner terminal is another.
 */
export function knowsProgress(env: Environment): boolean {
  if (env.TMUX !== undefined || env.STY !== undefined) return false;
  const { TERM_PROGRAM: program, TERM_PROGRAM_VERSION: version } = env;
  if (program === 'iTerm.app') return isAtLeast(version, [3, 6, 6]);
  return (
    (env.WT_SESSION ?? '') !== '' ||
    env.ConEmuANSI === 'ON' ||
    program === 'WezTerm' ||
    program === 'ghostty' ||
    (env.KONSOLE_VERSION ?? '') !== '' ||
    Number(env.VTE_VERSION) >= 7900
  );
}

function isAtLeast(version: string | undefined, least: readonly number[]): boolean {
  const found = (version ?? '').split('.').map((part) => Number.parseInt(part, 10));
  const place = least.findIndex((part, i) => (found[i] ?? 0) !== part);
  return place === -1 || (found[place] ?? 0) > (least[place] ?? 0);
}

export class Taskbar {
  readonly #stream: DisplayStream;
  #said: { readonly state: string; readonly at: number } | undefined;
  /** Also when the process ends in the middle. */
  readonly clear = (): void => {
    process.off('exit', this.clear);
    if (this.#said !== undefined) this.#stream.write(sequence('0;0'));
    this.#said = undefined;
  };

  constructor(stream: DisplayStream) {
    this.#stream = stream;
  }

  /** @param share from 0 to 1; undefined: something goes on, nobody knows how far @param now in milliseconds */
  show(share: number | undefined, now: number): void {
    const state = share === undefined ? '3;0' : `1;${Math.floor(share * 100)}`;
    if (this.#said?.state === state && now - this.#said.at < saidAgainMs) return;
    if (this.#said === undefined) process.on('exit', this.clear);
    this.#said = { state, at: now };
    this.#stream.write(sequence(state));
  }
}

function sequence(state: string): string {
  return `\x1b]9;4;${state}\x1b\\`;
}
