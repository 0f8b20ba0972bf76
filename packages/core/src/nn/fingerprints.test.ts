import { fingerprint64, joinedFingerprints, keyedFingerprint64 } from './fingerprints';

// what TensorFlow's to_hash_bucket_fast and _strong give of 2 ** 63 - 1 buckets
const bins = 2n ** 63n - 1n;
const letters = (n: number): string =>
  Array.from({ length: n }, (_, i) => String.fromCharCode(33 + ((i * 7 + n) % 90))).join('');
const cases: [string, bigint, bigint][] = [
  ['', 1936946117179621456n, 4928313950774450900n],
  ['a', 3694432073954588132n, 7077939996121841354n],
  ['abc', 2640714258260161385n, 6899845086433867945n],
  ['abcd', 1897425971756105985n, 7808205235328240072n],
  ['hello w', 1806291608031355033n, 3938406632290115320n],
  ['abcdefgh', 9145071594317031690n, 4821859048491749637n],
  ['0123456789abcde', 8973211576868890572n, 2340180581028808164n],
  ['xxxxxxxxxxxxxxxx', 3320895591121647644n, 3062600254328431651n],
  ['0123456789abcdefg', 2800675501336285771n, 2112349501170619355n],
  [letters(32), 6177265133284279076n, 2205395662569607394n],
  [letters(33), 4038155380426552013n, 2580409522424699492n],
  [letters(50), 6760244215713015440n, 8797027413876795828n],
  [letters(64), 2772538689968405587n, 5485714685403304470n],
  [letters(65), 2188500701702726001n, 4259527389967862063n],
  [letters(127), 2114216745286137672n, 4373440074685747950n],
  [letters(128), 8750054398560823225n, 948401818149353516n],
  [letters(129), 7635460496707031550n, 6107371018137076241n],
  [letters(200), 3844840903307695122n, 761205905266944538n],
  ['grün', 1207403731156774162n, 8408353456340682724n],
];
const utf8 = (s: string): Uint8Array => new TextEncoder().encode(s);

describe('fingerprints', () => {
  it.each(cases)('of %j are those of TensorFlow', (text, plain, keyed) => {
    expect(fingerprint64(utf8(text)) % bins).toBe(plain);
    expect(keyedFingerprint64(utf8(text), [133n, 137n]) % bins).toBe(keyed);
  });
  it('are joined in order', () => {
    const cross = (a: string, b: bigint): bigint =>
      joinedFingerprints(joinedFingerprints(0xdecafcaffen, fingerprint64(utf8(a))), b) % 5n;
    expect([cross('A', 101n), cross('B', 101n), cross('B', 102n), cross('A', 102n)]).toEqual([1n, 4n, 1n, 3n]);
  });
});
