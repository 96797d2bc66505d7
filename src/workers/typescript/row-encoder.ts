export interface RowEncoder {
  /** One row with its newline. `position` (0-based, in what `run` returned) is for messages. */
  encode(row: unknown, position: number): string;
  /** A mini-batch begins; what an earlier one did not `end` is forgotten. */
  begin?(): void;
  /** All its rows have been encoded. @throws AttemptError where they do not fit those of others */
  end?(): void;
}
