/** Up to so many terms, float32 is summed in float32, each term in the order of the frameworks' vector units. */
export const SHORT_SUM = 1024;

/** x0 + x1 + x2 + ..., rounded to float32 after each term, as elements down a column are summed. */
export function sumInTurn(read: (i: number) => number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = Math.fround(sum + read(i));
  return sum;
}

/**
 * Eight running sums in float32 (four times eight from 32 terms on), then their halves, quarters and pairs, as elements along
 * a row are summed; what does not fill eight is summed apart.
 */
export function sumByEights(read: (i: number) => number, n: number): number {
  const lanes = new Float32Array(32);
  const by32 = n - (n % 32);
  const whole = n - (n % 8);
  for (let i = 0; i < by32; i++) lanes[i % 32]! += read(i);
  if (by32 > 0) for (let l = 8; l < 32; l++) lanes[l % 8]! += lanes[l]!;
  for (let i = by32; i < whole; i++) lanes[i % 8]! += read(i);
  for (let l = 0; l < 4; l++) lanes[l]! += lanes[l + 4]!;
  for (let l = 0; l < 2; l++) lanes[l]! += lanes[l + 2]!;
  const rest = sumInTurn((i) => read(whole + i), n - whole);
  return Math.fround(rest + Math.fround(lanes[0]! + lanes[1]!));
}
