/** The data of a mini-batch cannot be what the reader was told it is. Fails the attempt, or, while planning, the request. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
