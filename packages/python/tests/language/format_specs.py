"""f-strings, format specs, str.format and % formatting."""
pi = 3.14159265
n = 1234567
name = 'World'
print(f'{pi:.2f}|{pi:10.3f}|{pi:<10.3f}|{pi:^10.3f}|{pi:+.1f}|{pi:010.2f}|{pi:e}|{pi:.3E}|{pi:g}|{pi:.3g}|{pi:%}|{pi:.1%}')
print(f'{n:,}|{n:_}|{n:>12}|{n:<12}|{n:^12}|{n:012d}|{n:+d}|{n: d}|{n:x}|{n:X}|{n:#x}|{n:o}|{n:b}|{n:#b}|{n:e}|{n:,.2f}')
print(f'{name!r:>10}|{name!s:^11}|{name:*^11}|{name:.3}|{name:>10.2}|{name!a}')
print(f'{-5:05d}|{-5:+}|{5:+}|{5: }|{-3.5:08.2f}|{0.1 + 0.2}|{1e300}|{1e-7}|{100000000000000000.0}|{1e16}|{123456789.123:.3f}')
print(f'{True}|{True:d}|{None}|{[1, 2.0]}|{(1,)}|{ {"a": 1} }|{3 > 2}')
width, prec = 12, 4
print(f'{pi:{width}.{prec}f}|{name:{"<"}{width}}|{name:{width}}|{n:{"0"}>{width}}')
x = 10
print(f'{x=}|{x + 1=}|{x=:>5}|{name=}|{name=!s}|{ x = }|{pi=:.2f}')
print(f'{{literal}} {{{x}}} {"nested " + f"{x:03d}"} {x!r:>4}')
print(f'{"quotes"} {len("abc")} {[i for i in range(3)]} {(lambda v: v * 2)(4)}')
print(f"{'a' if x > 5 else 'b'} {x:>{x}} {'{'}")
print('{} {} {}'.format(1, 'two', 3.0), '{0}{1}{0}'.format('a', 'b'), '{x}-{y:.1f}'.format(x=1, y=2))
print('{:>8}|{:<8}|{:^8}|{:08.3f}'.format('r', 'l', 'c', pi), '{0[1]} {1[key]} {2.real}'.format([1, 2], {'key': 'v'}, 5))
print('{!r} {!s}'.format('q', 'q'), '{{}}'.format(), '{:{}}|{:{w}.{p}f}'.format('x', 5, pi, w=9, p=3))
print('%d %5d %-5d| %05d %+d %x %X %o' % (1, 2, 3, 4, 5, 255, 255, 8))
print('%s %r %10s|%-10s| %.2s' % ('a', 'b', 'c', 'd', 'efgh'))
print('%f %.2f %10.3f %e %g %G %.3g' % (pi, pi, pi, pi, 1e-10, 1e20, 1234.5))
print('%(a)s is %(b).1f' % {'a': 'x', 'b': 2}, '%d%%' % 50, '%c%c' % ('a', 98), '%s' % (1, ) + '%s' % [1, 2], '%*d' % (5, 42))
print('%5.1f|%-8.2e|% d|%#x|%i' % (2.25, 12345.678, 7, 255, 3.99))
for v in (0.5, 1.5, 2.5, 2.675, 1e21, 123456789012345680.0, 1 / 3, 0.1, 1e22, 5e-324, 1.7976931348623157e308):
    print(v, repr(v), f'{v:.0f}'[:30], f'{v:.3e}', f'{v:g}', round(v, 2) if v < 1e20 else '-')
for v in (0, 1, -1, 255, 10 ** 20, -2 ** 70):
    print(f'{v:d} {v:,d} {v:x} {v:>25} {v:+}')
print(format(3.0), format(3.0, '.0f'), format(1e10, ','), format(1234.5678, ',.2f'), format(0.000012345, 'g'))
print(format(float('inf')), format(float('nan'), '.2f'), format(-0.0, '.1f'), f'{-0.0}', f'{float("-inf"):>8}')
print(format('x', '5') + '|', format(42, '5') + '|', format(True, '5') + '|', format(3.5, '5') + '|')
print(str(1.0), str(100.0), str(1e5), str(123456.789), str(1e-5), str(0.0001), repr(1.1), 3.0 * 2)
print(f'{1_000_000:,} {0x_ff} {1e3:.1f} {12345.6789:_.1f} {0b101:04b}')
import datetime
print(f'{datetime.date(2024, 3, 5):%Y-%m-%d} {datetime.datetime(2024, 3, 5, 14, 7, 9):%d/%m/%y %H:%M:%S}')
print(f'''multi {
    x + 1
} line''')
print(rf'\d{x}\n', f'\t|{x}\x41\u00e9')
print("%s" % None, "%s and %s" % ("a", None), "%r" % "it's", "%5s|%-5s|" % (True, None))
print(f'{"é":>3}|{"日本":^6}|{"😀":<3}|')
