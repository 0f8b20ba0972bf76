"""Whole numbers of any size, division, modulo, bits."""
print(2 ** 100, -2 ** 101, 10 ** 30 // 7, 10 ** 30 % 7, -(10 ** 30) // 7, -(10 ** 30) % 7)


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


print(factorial(25), factorial(60))
a = 9007199254740991
print(a + 1, a + 2, a * 2, a * a, -a - 5, a + 1 - 1 == a, (a + 10) - 10, a * 0)
print(7 // 2, -7 // 2, 7 // -2, -7 // -2, 7 % 3, -7 % 3, 7 % -3, -7 % -3, divmod(-7, 2), divmod(7, -2))
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7 % 2.5, divmod(7.5, -2), -0.0 // 1, 5 % -3.0)
print(2 ** 10, 2 ** -1, 2 ** 0.5, (-2) ** 3, -2 ** 2, 0 ** 0, 2 ** 62, 2 ** 63, 2 ** 64, 3 ** 40, 1 ** 10000, (-1) ** 1001)
print(pow(3, 200, 1000007), pow(2, -1, 7), pow(2, 3), pow(2.0, 3), pow(10, 20))
print(1 << 70, (1 << 70) >> 68, -1 >> 3, -5 >> 1, 5 & 3, 5 | 3, 5 ^ 3, ~5, -5 & 0xFF, 1 << 31, 1 << 32, 0xFFFFFFFF & -1, 2 ** 40 | 1, -(2 ** 40) ^ 5)
print(True + True, True & False, True | False, True ^ True, ~True, -True, True * 5, sum([True, False, True]))
print(int('123456789012345678901234567890'), int('-0xff', 16), int('0b101', 0), int('zz', 36), int('  42  '), int('1_000'), int(3.99), int(-3.99), int(True))
print((2 ** 80).bit_length(), (255).bit_length(), (0).bit_length(), (-4).bit_length(), (1000).bit_count())
print(hex(2 ** 70), oct(64), bin(-10), hex(-255), f'{2 ** 70:,}', f'{2 ** 70:e}', str(2 ** 200)[-10:])
print(10 ** 20 / 10 ** 18, 2 ** 100 / 3, 10 ** 400 / 10 ** 399, 1 / 3, 6 / 3, 2 ** 53 / 1)
print(2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53, 10 ** 400 > 1e308, 3 == 3.0, 0.1 + 0.2 == 0.3, 1 < 1.5 < 2)
print({1: 'int', 1.0: 'float', True: 'bool'}, {2 ** 60: 1}[2.0 ** 60], hash(1) == hash(1.0) == hash(True), 1 in {1.0}, 2 ** 70 in {2 ** 70})
print(round(2.5), round(3.5), round(-2.5), round(0.5), round(1.005, 2), round(2.675, 2), round(1234, -2), round(1250, -2), round(1350, -2), round(5), round(15, -1), round(25, -1), round(1e20), round(3.14159, 3), round(-0.4))
print(abs(-5), abs(-2 ** 70), abs(-3.5), min(2 ** 60, 2.0 ** 59), max(1, 2.5, 2 ** 55))
print(type(2 ** 64).__name__, type(4 / 2).__name__, type(4 // 2).__name__, type(4 // 2.0).__name__, isinstance(2 ** 64, int), isinstance(True, int), isinstance(1, float))
print(float(2 ** 70), float('1e3'), float('  -2.5e-3 '), float('inf'), -float('inf'), float('nan') == float('nan'), int(1e18), int(1e25), float(10 ** 22))
print(0.1 + 0.7, 1.1 * 3, 1e16 + 1, 1e-5 * 10, 123456789 * 1000.0, 5.0 - 5, 2.5 * 2, 7 / 7, 1e308 * 10, -1e308 * 10)
print((3.0).is_integer(), (3.5).is_integer(), (0.75).as_integer_ratio(), (2.5).hex(), float.fromhex('0x1.8p1'), (5).real, (5).numerator)
try:
    10 ** 400 / 1
except OverflowError as e:
    print(e)
try:
    float(10 ** 400)
except OverflowError as e:
    print(e)
gcd = lambda x, y: x if y == 0 else gcd(y, x % y)
print(gcd(2 ** 64 - 1, 2 ** 32 + 1))


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


print(fib(300), len(str(fib(2000))))


def collatz(n):
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        steps += 1
    return steps


print(collatz(27), collatz(837799))
x = 12345
digits = []
while x:
    x, d = divmod(x, 10)
    digits.append(d)
print(digits[::-1], sum(int(c) for c in str(2 ** 1000)))
i = 5
i += 2.5; i *= 2; i -= 1; i /= 2; i //= 1; i **= 2; i %= 7
print(i)
i = 6
i <<= 3; i |= 1; i &= 0x3f; i ^= 5; i >>= 1
print(i, (12).to_bytes(2, 'big'), int.from_bytes(b'\x01\x00', 'little'), int.from_bytes(b'\xff\xfe', 'big', signed=True))
