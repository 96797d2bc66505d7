/** Keeps each row with a probability; the same seed keeps the same rows. (xorshift32, seeded through a mix of the seed's bits.) */
export function randomRows(probability: number, seed: number): () => boolean {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0;
  if (state === 0) state = 0x6d2b79f5;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32 < probability;
  };
}
