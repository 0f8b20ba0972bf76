"""Text beyond ASCII, bytes, encodings, escapes."""
for s in ('naïve', '日本語', 'Ωmega', '😀 smile', 'é', 'e\u0301', '\t\n', 'ﬁ'):
    print(s, len(s), s.encode('utf-8'), s.upper(), s[::-1], repr(s), ascii(s), [f'U+{ord(c):04X}' for c in s])
s = 'a😀b'
print(s[1], s[1:], s.find('b'), s.index('b'), s.replace('😀', ':)'), s.split('😀'), s.center(7, '.'), f'{s:>6}|', list(s), s.count('😀'), '😀' in s, s * 2, max(s), sorted(s))
b = 'héllo wörld'.encode()
print(b, len(b), b[1], b[1:3], b.decode(), b.hex(), bytes.fromhex('48 65'), b'abc' + b'd', b'a' * 3, b'ab' in b'xaby', 97 in b'abc', b'a' < b'b', b'abc' == bytearray(b'abc'))
print(b.upper(), b.split(b' '), b.replace(b'w', b'W'), b.startswith(b'h'), b' x '.strip(), b'a,b'.split(b','), b','.join([b'x', b'y']), list(b'ab'), bytes([1, 2, 255]), bytes(3), bytes('é', 'latin-1'))
ba = bytearray(b'abc')
ba.append(100)
ba[0] = 65
ba.extend(b'ef')
ba += b'!'
print(ba, len(ba), ba.decode(), bytes(ba), ba[-1], ba[1:3])
for enc in ('ascii', 'latin-1', 'utf-8'):
    try:
        print(enc, 'é€'.encode(enc))
    except UnicodeEncodeError as e:
        print(type(e).__name__, enc)
print('é€'.encode('ascii', 'ignore'), 'é€x'.encode('ascii', 'replace'), b'caf\xc3\xa9'.decode('utf-8'), b'\xff\xfe'.decode('latin-1'), b'a\xffb'.decode('utf-8', 'replace'))
try:
    b'\xff'.decode()
except UnicodeDecodeError as e:
    print(type(e).__name__, str(e)[:40])
print('\x41\u0042\U00000043\103\N{DEGREE SIGN}', r'\x41', '\\', '\'', "\"", 'a\
b', '\a\b\f\v'.encode(), len('\0'), '\r\n'.encode(), 'tab\there')
print(chr(0x1F600), ord('€'), '€'.isalpha(), 'Ǆ'.lower(), 'ÅÄÖ'.lower(), 'ñ' < 'o', sorted(['ä', 'a', 'z']), 'straße'.casefold() == 'STRASSE'.casefold(), '١٢'.isdigit(), int('١٢'), 'Ⅷ'.isnumeric())
переменная = 'variable'
π = 3.14
print(переменная, π, {'ключ': 1}['ключ'])
print(b'%d' % 5 if False else b'x', type(b'').__name__, bytes(b'x') is not None, hash('a') == hash('a'), repr(b'\'"\n\x00\x7f'), str(b'x'))
print('ab\u2028c'.splitlines(), 'a\x0bb'.split(), '\u00a0x\u3000'.strip(), 'x\u00ady', repr('x\u00ad'), repr('\u200b'), repr('\ue000'), repr('\U000e0001'))
