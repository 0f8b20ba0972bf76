"""How numbers print, and arithmetic that must agree to the last digit."""
import math
for x in (0.1, 1.0, -1.5, 1e5, 1e15, 1e16, 1.5e16, 1e-4, 1e-5, 123456.789, 0.1 + 0.2, 1 / 3, 2 / 3, 1e100, 1.7976931348623157e308, 5e-324, 100.0, 1e22, 1e23, -0.0):
    print(x, repr(x), str(x), [x], (x,), {x: x})
for x in (math.pi, math.e, math.tau, math.inf, -math.inf, math.nan):
    print(x)
for i in range(1, 11):
    print(math.sqrt(i), math.sin(i), math.cos(i), math.exp(i), math.log(i), math.log2(i), math.log10(i))
print(math.floor(-2.5), math.ceil(-2.5), math.trunc(-2.5), math.floor(2 ** 60 + 0.5), math.fabs(-3), math.fmod(-7, 3), math.modf(3.25), math.frexp(10.0), math.ldexp(0.5, 4))
print(math.gcd(48, 36), math.lcm(4, 6), math.factorial(20), math.comb(10, 3), math.perm(5, 2), math.isqrt(99), math.prod([1, 2, 3]), math.fsum([0.1] * 10), sum([0.1] * 10))
print(math.hypot(3, 4), math.dist((0, 0), (3, 4)), math.degrees(math.pi), math.radians(180), math.atan2(1, -1), math.copysign(3, -0.0), math.isclose(0.1 + 0.2, 0.3), math.isnan(math.nan), math.isinf(-math.inf))
print(math.tanh(0.5), math.sinh(1), math.cosh(1), math.asin(1), math.acos(0), math.atan(1), math.log(8, 2), math.log1p(1e-10), math.expm1(1e-10), math.pow(2, 0.5))
for bad in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.exp(1000), lambda: math.factorial(-1), lambda: math.sqrt('x')):
    try:
        print(bad())
    except (ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__, e)
print(0.1 * 3, 0.7 + 0.1, 1.1 + 2.2, 4.35 * 100, 1.15 * 100, 3 * 1.1, 0.1 ** 2, 2 ** 0.5, 10 ** -3, 1e3, 5e-7 * 2, 1.0 * 10 ** 6)
print(1e16 - 1, 9007199254740993.0, 2.0 ** 53, 2 ** 53 * 1.0, 4.0, 4.0 // 3, 4 / 2 + 1, 3 - 3.0, 10 % 3.0, -7.0 // 2, 1.0 ** 5)
print([round(x * 0.1, 1) for x in range(11)], [x / 4 for x in range(5)], sum(x / 10 for x in range(10)), [1.0, 2, 3.5])
print(int(1e3), float(3), float('3'), int('7') + float('0.5'), str(3) + str(3.0), 3 == 3.0, hash(3) == hash(3.0), 3 is not None)
avg = lambda xs: sum(xs) / len(xs)
print(avg([1, 2, 3]), avg([1, 2, 3, 4]), avg([0.5, 1.5]), max(1, 1.0), max(1.0, 1), min(0, 0.0, -0.0))
print(1_000, 0xff, 0o17, 0b11, 1e3, 1_0.5, .5, 5., 1E5, 0x1F, 12e-1)
learning_rate = 1.0
for step in range(5):
    print(step, learning_rate, f'{learning_rate:.4f}', learning_rate * 100)
    learning_rate *= 0.5
loss = 2.302585092994046
for epoch in range(3):
    loss = loss * 0.9 - 0.01
    print(f'Epoch {epoch + 1}/{3}, loss: {loss:.4f}, exact {loss}')
print(5 // 2 * 2.0, 7 // 2.0, 2 ** 3 ** 2, -3 ** 2, (-3) ** 2, 2 * 3 % 4, 10 - 2 - 3, 2 / 2 / 2, -5 // 2, +5, - -5, ~-5, not 0)
