/** Lines out of the queue. A message is acknowledged when its lines have been taken: until then the server keeps it. */
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { LineSplitter } from '../os/lines.ts';
import type { NatsLink } from './connect.ts';
import { InOrder } from './in-order.ts';
import { numberOf } from './outbox.ts';

/** Messages that are fetched ahead. */
const ahead = 64;

/** From one sender. */
class Sender {
  readonly #order = new InOrder<JsMsg>();
  readonly #lines = new LineSplitter();

  take(message: JsMsg, line: (text: string) => void): void {
    const number = numberOf(message.headers?.get('Nats-Msg-Id'));
    const ready = this.#order.take(number, message);
    for (const each of ready) {
      this.#lines.push(Buffer.from(each.data), line);
      each.ack();
    }
    // It came before, and the server has not heard that. One that others must come before is kept, until they have come.
    if (ready.length === 0 && !this.#order.keeps(number)) message.ack();
  }
}

export class Inbox {
  readonly #messages: ConsumerMessages;

  private constructor(messages: ConsumerMessages) {
    this.#messages = messages;
  }

  /**
   * @param consumer its durable name
   * @param take is called with each line, in the order of each sender, and the last part of the subject that it came by
   * @param lost is called when there is no such consumer any more
   */
  static async open(
    link: NatsLink,
    consumer: string,
    take: (line: string, from: string) => void,
    lost: () => void = () => {},
  ): Promise<Inbox> {
    const senders = new Map<string, Sender>();
    const found = await link.js.consumers.get(link.subjects.stream, consumer);
    const messages = await found.consume({
      max_messages: ahead,
      expires: 5000,
      callback: (message) => {
        const from = message.subject.slice(message.subject.lastIndexOf('.') + 1);
        const sender = senders.get(from) ?? new Sender();
        senders.set(from, sender);
        sender.take(message, (line) => take(line, from));
      },
    });
    void (async () => {
      for await (const { type } of messages.status())
        if (type === 'consumer_not_found' || type === 'consumer_deleted' || type === 'stream_not_found') lost();
    })();
    return new Inbox(messages);
  }

  close(): void {
    this.#messages.stop();
  }
}
