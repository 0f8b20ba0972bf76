"""String methods."""
s = '  Hello, World!  '
print(repr(s.strip()), repr(s.lstrip()), repr(s.rstrip()), s.strip().lower(), s.upper().strip(), s.strip().swapcase(), 'hELLO wORLD'.title(), 'hELLO'.capitalize())
print('a,b,,c'.split(','), 'a b  c '.split(), 'a,b,c'.split(',', 1), 'a,b,c'.rsplit(',', 1), ''.split(), ''.split(','), ' x '.split(' '), 'one  two'.split(' '))
print('l1\nl2\r\nl3\n'.splitlines(), 'l1\nl2'.splitlines(True), 'k=v=w'.partition('='), 'k=v=w'.rpartition('='), 'none'.partition('='))
print('-'.join(['a', 'b', 'c']), ''.join(c for c in 'xyz'), ','.join('abc'), ' '.join([]))
print('banana'.replace('a', 'o'), 'banana'.replace('a', 'o', 2), 'aaa'.replace('', '-'), 'abc'.replace('x', 'y'))
print('banana'.find('an'), 'banana'.rfind('an'), 'banana'.find('x'), 'banana'.index('n'), 'banana'.count('a'), 'banana'.count('ana'), 'banana'.find('a', 2), 'banana'.find('a', 2, 3), 'banana'.count(''))
print('test.py'.startswith('test'), 'test.py'.endswith(('.js', '.py')), 'abc'.startswith('b', 1), 'prefix-x'.removeprefix('prefix-'), 'x.txt'.removesuffix('.txt'))
print('7'.zfill(3), '-7'.zfill(4), 'ab'.center(7, '*'), 'ab'.ljust(5, '.'), 'ab'.rjust(5), 'abc'.center(6), 'abcd'.center(7, '-'))
for t in ('abc', 'ABC', 'Abc', '123', 'a1', '', ' ', '½', '²', 'é', 'Title Case', 'x_1', '1x', '\n', 'ß'):
    print(repr(t), t.isalpha(), t.isdigit(), t.isnumeric(), t.isdecimal(), t.isalnum(), t.isupper(), t.islower(), t.isspace(), t.istitle(), t.isidentifier())
print('a\tb\tc'.expandtabs(4), 'x\ty'.expandtabs(), 'abcabc'.strip('ac'), 'xxabcxx'.lstrip('x'), 'www.site.com'.strip('w.moc'))
table = str.maketrans('abc', 'xyz', 'd')
print('aabbccdd!'.translate(table), 'abc'.translate({97: 'A', 98: None, 99: '<c>'}), str.maketrans({'a': 1}))
print('abc' in 'xabcx', 'z' not in 'abc', '' in 'a', 'a' < 'b' < 'c', 'abc' == "abc", 'abc' * 2 + '!')
print('it\'s', "it's", 'say "hi"', 'both \' and "', 'tab\t', repr('tab\t new\n \\ \x00 \x7f é \u200b 😀'), ascii('é😀'), repr("'"), repr('\'"'))
print('a' 'b' "c", 'multi'
      'line', """triple
quoted""", r'raw\n', b'bytes\x00', 'null\0'.encode(), 'é'.encode('utf-8'), b'\xc3\xa9'.decode(), 'é'.encode('latin-1'))
print(len('héllo'), 'ÀÉ'.lower(), 'straße'.upper(), 'ß'.casefold(), 'İ'.lower() == 'i̇')
print(ord('a'), chr(98), chr(128512), [hex(ord(c)) for c in 'aé'], ''.join(map(chr, range(65, 70))))
print(max('hello'), min('hello'), sorted('hello'), list('abc'), tuple('ab'), set('a'), 'hello'[::-1], list(enumerate('ab', 1)), dict(zip('ab', 'cd')))
words = 'the quick brown fox jumps over the lazy dog the end'.split()
counts = {}
for w in words:
    counts[w] = counts.get(w, 0) + 1
print(sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:3])
print(' '.join(w.capitalize() if len(w) > 3 else w for w in words[:5]), '_'.join(words[-2:]).upper())


def caesar(text, k):
    return ''.join(chr((ord(c) - base + k) % 26 + base) if c.isalpha() and (base := 65 if c.isupper() else 97) else c for c in text)


print(caesar('Hello, World!', 3), caesar(caesar('Hello, World!', 3), -3))
print('Name: {name:>8}'.format_map({'name': 'bo'}), 'x'.join('abc'), 'a-b_c d'.replace('-', ' ').replace('_', ' ').split())
is_pal = lambda t: (u := ''.join(c.lower() for c in t if c.isalnum())) == u[::-1]
print(is_pal('A man, a plan, a canal: Panama'), is_pal('nope'))
print('%s|%s' % ('é'.ljust(3, '.'), '日本'.center(6, '*')), 'a\\b', 'line1\
continued')
print('abc'.encode().hex(), bytes.fromhex('616263'), b'abc'.upper(), b'a,b'.split(b','), b'x'.join([b'1', b'2']), b'abc'.find(b'c'), bytes([65, 66]), bytes(2), bytearray(b'x') + b'y')
print('Hello'.__len__(), 'abc'.__contains__('b'), str.upper('x'), str.join(',', ['a', 'b']), list(map(str.strip, [' a ', 'b '])), sorted(['b', 'A'], key=str.casefold))
print(str(b'abc', 'utf-8'), str([1, 'a']), str(None), str(), repr(str), 'abc'.index('c'), 'a%sb' % 5, '100%')
