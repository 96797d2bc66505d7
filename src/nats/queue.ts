/** The one stream of a space: a work queue, from which a message is gone when it has been acknowledged. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { monotonicNow } from '../os/clock.ts';
import type { NatsLink } from './connect.ts';

/** Who would bring more waits. */
const mostBytes = 256 * 1024 ** 2;
const leastBytes = 8 * 1024 ** 2;
/** What is left of a coordinator that did not come back. */
const keptMs = 24 * 3600_000;
const goneAfterMs = 10 * 60_000;
/** Longer than anybody goes on sending the same message. */
const sameWithinMs = 2 * 60_000;
const ackMs = 10_000;
const noSuchStream = 10059;
const unavailable = 503;
const electionMs = 15_000;

export class Queue {
  readonly #link: NatsLink;
  readonly #manager: JetStreamManager;

  private constructor(link: NatsLink, manager: JetStreamManager) {
    this.#link = link;
    this.#manager = manager;
  }

  /** @throws RequestError where the server has no room for it, or there is another stream under its name */
  static async open(link: NatsLink): Promise<Queue> {
    const manager = await jetstreamManager(link.nc, { checkAPI: false, timeout: 2000 });
    const queue = new Queue(link, manager);
    try {
      checkStream(link, await patiently(async () => (await queue.#find()) ?? (await queue.#make())));
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw new RequestError({
        code: 'no-queue',
        message: `The NATS server at ${link.place.url} gives no queue for jobs (the stream ${link.subjects.stream}): ${messageOf(error)}.`,
        hint: `It needs ${mostBytes / 1024 ** 2} MB for files of JetStream (max_file_store, and the account's limits), and permission to make the stream.`,
      });
    }
    return queue;
  }

  /** Who reads what comes by a subject. It goes by itself when nobody has read for ten minutes. */
  async reader(name: string, subject: string): Promise<void> {
    const settings = {
      durable_name: name,
      filter_subject: subject,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(ackMs),
      max_ack_pending: 1000,
      inactive_threshold: nanos(goneAfterMs),
    };
    await patiently(() => this.#manager.consumers.add(this.#link.subjects.stream, settings));
  }

  async removeReader(name: string): Promise<void> {
    await this.#manager.consumers.delete(this.#link.subjects.stream, name);
  }

  /** Takes out what nobody is to read any more. */
  async purge(subject: string): Promise<void> {
    await patiently(() => this.#manager.streams.purge(this.#link.subjects.stream, { filter: subject }));
  }

  async #find(): Promise<StreamInfo | undefined> {
    try {
      return await this.#manager.streams.info(this.#link.subjects.stream);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === noSuchStream) return undefined;
      throw error;
    }
  }

  #make(): Promise<StreamInfo> {
    const { subjects, place } = this.#link;
    return this.#manager.streams.add({
      name: subjects.stream,
      subjects: [subjects.queue],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_bytes: mostBytes,
      max_age: nanos(keptMs),
      duplicate_window: nanos(sameWithinMs),
      num_replicas: place.replicas,
    });
  }
}

/** Servers that elect a leader, or have just begun, answer nothing, or that they cannot now. */
async function patiently<T>(act: () => Promise<T>): Promise<T> {
  const until = monotonicNow() + electionMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const mayPass = !(error instanceof JetStreamApiError) || error.status === unavailable;
      if (!mayPass || monotonicNow() > until) throw error;
    }
    await sleep(200);
  }
}

/** Somebody else may have made it, with limits of his own. */
function checkStream({ subjects, place }: NatsLink, { config }: StreamInfo): void {
  const wrong =
    config.retention !== RetentionPolicy.Workqueue
      ? `its retention is ${config.retention}, not workqueue`
      : config.discard !== DiscardPolicy.New
        ? `it discards old messages when it is full, in place of new ones`
        : config.max_bytes >= 0 && config.max_bytes < leastBytes
          ? `it holds ${config.max_bytes} bytes, and needs ${leastBytes} at least`
          : config.max_msgs >= 0 && config.max_msgs < 1000
            ? `it holds ${config.max_msgs} messages, and needs 1000 at least`
            : undefined;
  if (wrong === undefined) return;
  throw new RequestError({
    code: 'unfit-queue',
    message: `The stream ${subjects.stream} of the NATS server at ${place.url} cannot be the queue of jobs: ${wrong}.`,
    hint: `Delete it (nats stream rm ${subjects.stream}), and it is made as it has to be.`,
  });
}
