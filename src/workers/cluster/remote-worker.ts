/** A worker on another machine: what is said to it, and by it, goes through the queue. */
import { monotonicNow } from '../../os/clock.ts';
import type { WorkerLink, WorkerListener } from '../compute.ts';
import type { Command, Doing } from '../protocol/messages.ts';
import { encodeCommand, reportOf } from '../protocol/wire.ts';
import { beatMs, decodeDoing, type ExitReport, line, type WireDoing } from './messages.ts';

export class RemoteWorker implements WorkerLink {
  readonly #slot: number;
  readonly #say: (line: string) => void;
  readonly #listener: WorkerListener;
  readonly #unheard: () => void;
  readonly #patienceMs: number;
  #doing: Doing | undefined;
  #told = 0;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param slot its place on the node
   * @param unheard is called when it was to be killed and nobody says so for `patienceMs`
   */
  constructor(slot: number, say: (line: string) => void, listener: WorkerListener, unheard: () => void, patienceMs: number) {
    this.#slot = slot;
    this.#say = say;
    this.#listener = listener;
    this.#unheard = unheard;
    this.#patienceMs = patienceMs;
  }

  send(command: Command): void {
    this.#say(line('send', this.#slot, encodeCommand(command)));
  }

  /** As of the last pulse. Where pulses fail to come nobody grows older: they may have reached the end long ago. */
  doing(): Doing | undefined {
    if (this.#doing === undefined || this.#ended) return this.#doing;
    const silent = monotonicNow() - this.#told - 2 * beatMs;
    return silent <= 0 ? this.#doing : { ...this.#doing, since: this.#doing.since + silent };
  }

  kill(): void {
    this.#kill('kill');
  }

  killHung(): void {
    this.#kill('hung');
  }

  #kill(verb: 'kill' | 'hung'): void {
    this.#say(line(verb, this.#slot));
    this.#timer ??= setTimeout(this.#unheard, this.#patienceMs);
  }

  pulse(doing: WireDoing): void {
    this.#told = monotonicNow();
    this.#doing = decodeDoing(doing, this.#told);
  }

  /** False: that is no report. */
  report(text: string): boolean {
    const report = reportOf(text);
    if (report !== undefined && !this.#ended) this.#listener.report(report);
    return report !== undefined;
  }

  exit({ exit, lastWords, doing }: ExitReport): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    if (doing !== undefined) this.#doing = decodeDoing(doing, monotonicNow());
    this.#listener.exit(exit, () => lastWords);
  }
}
