/** dst [batch, cols, rows] = src [batch, rows, cols] of 4-byte elements. */
export function transpose(src: usize, dst: usize, batch: i32, rows: i32, cols: i32): void {
  const sStep = (cols as usize) << 2, dStep = (rows as usize) << 2;
  const rows4 = rows & ~3, cols4 = cols & ~3;
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < rows4; i += 4) {
      let s = src + (i as usize) * sStep;
      let d = dst + (i << 2);
      for (let j = 0; j < cols4; j += 4) {
        const r0 = v128.load(s), r1 = v128.load(s + sStep), r2 = v128.load(s + 2 * sStep), r3 = v128.load(s + 3 * sStep);
        const t0 = i32x4.shuffle(r0, r1, 0, 4, 1, 5), t1 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
        const t2 = i32x4.shuffle(r0, r1, 2, 6, 3, 7), t3 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
        v128.store(d, i64x2.shuffle(t0, t1, 0, 2));
        v128.store(d + dStep, i64x2.shuffle(t0, t1, 1, 3));
        v128.store(d + 2 * dStep, i64x2.shuffle(t2, t3, 0, 2));
        v128.store(d + 3 * dStep, i64x2.shuffle(t2, t3, 1, 3));
        s += 16;
        d += 4 * dStep;
      }
      for (let j = cols4; j < cols; j++) {
        store<u32>(d, load<u32>(s));
        store<u32>(d, load<u32>(s + sStep), 4);
        store<u32>(d, load<u32>(s + 2 * sStep), 8);
        store<u32>(d, load<u32>(s + 3 * sStep), 12);
        s += 4;
        d += dStep;
      }
    }
    for (let i = rows4; i < rows; i++) {
      let s = src + (i as usize) * sStep;
      let d = dst + (i << 2);
      for (let j = 0; j < cols; j++) {
        store<u32>(d, load<u32>(s));
        s += 4;
        d += dStep;
      }
    }
    src += (rows as usize) * sStep;
    dst += (rows as usize) * sStep;
  }
}

/** Contiguous dst from a strided src of 4-byte elements: six dimensions, outermost first; table = 6 sizes, then 6 strides in bytes. */
export function stridedCopy(src: usize, dst: usize, table: usize): void {
  const n0 = load<i32>(table), n1 = load<i32>(table, 4), n2 = load<i32>(table, 8);
  const n3 = load<i32>(table, 12), n4 = load<i32>(table, 16), n5 = load<i32>(table, 20);
  const s0 = load<i32>(table, 24), s1 = load<i32>(table, 28), s2 = load<i32>(table, 32);
  const s3 = load<i32>(table, 36), s4 = load<i32>(table, 40), s5 = load<i32>(table, 44);
  for (let a = 0, pa = src; a < n0; a++, pa += s0) {
    for (let b = 0, pb = pa; b < n1; b++, pb += s1) {
      for (let c = 0, pc = pb; c < n2; c++, pc += s2) {
        for (let d = 0, pd = pc; d < n3; d++, pd += s3) {
          for (let e = 0, pe = pd; e < n4; e++, pe += s4) {
            if (s5 == 4 && n5 >= 16) {
              memory.copy(dst, pe, (n5 as usize) << 2);
              dst += (n5 as usize) << 2;
            } else {
              for (let f = 0, pf = pe; f < n5; f++, pf += s5) {
                store<u32>(dst, load<u32>(pf));
                dst += 4;
              }
            }
          }
        }
      }
    }
  }
}
