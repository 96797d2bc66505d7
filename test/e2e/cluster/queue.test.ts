import { describe, expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../../../src/nats/connect.ts';
import { Inbox } from '../../../src/nats/inbox.ts';
import { Outbox } from '../../../src/nats/outbox.ts';
import { Queue } from '../../../src/nats/queue.ts';
import { natsServer, natsServerProgram } from '../../support/nats-server.ts';

describe.skipIf(natsServerProgram() === undefined)('the queue', () => {
  it('brings every line once and in order, also when the server is killed in between', async () => {
    const server = await natsServer();
    const link = await connectNats({ url: server.url, space: 'test', replicas: 1 }, 'test', {});
    onTestFinished(() => link.close());
    const queue = await Queue.open(link);
    const subject = link.subjects.orders('step', 'grant');
    await queue.reader('reader', subject);
    const wanted = Array.from({ length: 3000 }, (_, index) => `${index} ${'x'.repeat(index % 500 === 0 ? 900_000 : 10)}`);
    const came: string[] = [];
    const all = Promise.withResolvers<void>();
    const inbox = await Inbox.open(link, 'reader', (line) => {
      came.push(line);
      if (came.length === wanted.length) all.resolve();
    });
    onTestFinished(() => inbox.close());
    const outbox = new Outbox(link, subject);
    for (const [index, line] of wanted.entries()) {
      outbox.write(line);
      if (index % 10 === 0) await new Promise(setImmediate);
      if (index !== 1500) continue;
      await server.kill();
      await server.start();
    }
    await all.promise;
    expect(came.map((line) => line.length)).toEqual(wanted.map((line) => line.length));
    expect(came).toEqual(wanted);
  });
});
