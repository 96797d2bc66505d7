/** Something that rubbish is thrown at. */
export interface FuzzTarget {
  readonly name: string;
  /**
   * One try: all that is random in it comes from the seed.
   * @param directory empty, of this try's own
   * @throws when the product did what it may not do; the message says what
   */
  try(seed: number, directory: string): Promise<void>;
}
