/**
 * Rows of left edge, right edge and count: `buckets` equal parts of the values' range, as TensorBoard's histograms hold
 * them. Values that are all equal are counted in the last of parts without width.
 */
export function equalBuckets(values: readonly number[], buckets: number): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(3 * buckets);
  if (values.length === 0 || buckets === 0) return rows;
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const width = (high - low) / buckets;
  for (let i = 0; i < buckets; i++) {
    rows[3 * i] = low + i * width;
    rows[3 * i + 1] = i === buckets - 1 ? high : low + (i + 1) * width;
  }
  for (const v of values) {
    const i = width === 0 ? buckets - 1 : Math.min(buckets - 1, Math.floor((v - low) / width));
    rows[3 * i + 2]!++;
  }
  return rows;
}
