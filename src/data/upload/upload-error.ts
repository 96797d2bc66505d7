/** An object could not be written. The message says which, and why, as a clause. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  constructor(address: string, cause: Error) {
    super(`${address}: ${cause.message}`, { cause });
  }
}

/** @param output its name */
export function uploadFailed(output: string, { message }: UploadError): string {
  return `The output ${output} could not be written to ${message}. What the step has made is kept: mend that and resume the job; only what has not gone up yet is sent, and nothing is computed again.`;
}
