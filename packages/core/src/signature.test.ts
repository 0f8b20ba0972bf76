import { bindKeywords, declareSignatures, parseSignature, signatureOf } from './signature';

describe('signatures', () => {
  const members = { sum: (...a: unknown[]) => a, free: (...a: unknown[]) => a };
  declareSignatures('test', members, { sum: 'input, dim|other=None, keepdim=False, *, dtype=None' });

  it.each<[string, unknown[], Record<string, unknown>, unknown[]]>([
    ['no keywords', [1], {}, [1]],
    ['a keyword that names a place', [1], { dim: 2 }, [1, 2]],
    ['an overload name', [1], { other: 2 }, [1, 2]],
    ['a hole', [1], { keepdim: true }, [1, undefined, true]],
    ['a keyword-only one', [1], { dtype: 'x' }, [1, { dtype: 'x' }]],
    ['all by keyword', [], { dtype: 'x', keepdim: true, input: 1 }, [1, undefined, true, { dtype: 'x' }]],
  ])('binds %s', (_, args, keywords, want) => {
    expect(bindKeywords('sum()', members.sum, args, keywords)).toEqual(want);
  });
  it('puts everything into options where nothing is declared', () => {
    expect(bindKeywords('free()', members.free, [1], { a: 2 })).toEqual([1, { a: 2 }]);
    expect(signatureOf(members.free)).toBeNull();
  });
  it('words mistakes as Python does', () => {
    expect(() => bindKeywords('sum()', members.sum, [1, 2], { dim: 1 })).toThrow(
      "sum() got multiple values for argument 'dim'",
    );
    expect(() => bindKeywords('sum()', members.sum, [1], { keepdims: true })).toThrow(
      "sum() got an unexpected keyword argument 'keepdims'. Did you mean 'keepdim'?",
    );
    expect(() => declareSignatures('test', members, { gone: 'x' })).toThrow('test has no function gone');
  });
  it('parses defaults that hold commas, markers and star arguments', () => {
    const s = parseSignature("a, b=(1, 2), /, c='x,y', *args, d, **kwargs");
    expect(s).toMatchObject({
      positional: [['a'], ['b'], ['c']],
      positionalOnly: 2,
      required: 1,
      keywordOnly: ['d'],
      variadic: true,
      anyKeyword: true,
    });
  });
});
