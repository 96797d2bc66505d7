/**
 * What is said where on a NATS server. All of it begins with `parallelrun.SPACE`, and the one stream is called by the space: so
 * permissions on these alone keep the users of a server apart.
 */

/** Of a step in one life of its coordinator. */
export interface StepSubjects {
  /** What the coordinator says all the time, so that nodes know that it lives. */
  readonly beat: string;
  /** What nodes say all the time. */
  readonly pulse: string;
}

export class Subjects {
  readonly #root: string;
  readonly stream: string;

  constructor(space: string) {
    this.#root = `parallelrun.${space}`;
    this.stream = `PARALLELRUN_${space}`;
  }

  get inbox(): string {
    return `${this.#root}.inbox`;
  }

  /** Agents say here who they are, again and again. */
  get hello(): string {
    return `${this.#root}.hello`;
  }

  /** Whoever wants to know of all agents at once asks here. */
  get roll(): string {
    return `${this.#root}.roll`;
  }

  agent(id: string): string {
    return `${this.#root}.agent.${id}`;
  }

  /** @param key of the step: the same in all its lives, and on all machines */
  step(key: string): StepSubjects {
    return { beat: `${this.#root}.step.${key}.beat`, pulse: `${this.#root}.step.${key}.pulse` };
  }

  /** Its coordinator answers here. */
  who(key: string): string {
    return `${this.#root}.step.${key}.who`;
  }

  /** All that is queued. */
  get queue(): string {
    return `${this.#root}.queue.>`;
  }

  /** What a node is to do for a step. @param grant of its slots */
  orders(key: string, grant: string): string {
    return `${this.#root}.queue.${key}.orders.${grant}`;
  }

  /** What a node has to report of it; `*`: any. */
  reports(key: string, life: string, grant: string): string {
    return `${this.#root}.queue.${key}.reports.${life}.${grant}`;
  }

  /** All that is queued of a step, in whatever life of its coordinator. */
  allOf(key: string): string {
    return `${this.#root}.queue.${key}.>`;
  }
}
