"""Queens, sudoku, change, longest subsequence, permutations, roman numerals, primes."""
from functools import lru_cache
from itertools import permutations


def queens(n, placed=()):
    if len(placed) == n:
        yield placed
        return
    row = len(placed)
    for col in range(n):
        if all(c != col and abs(c - col) != row - r for r, c in enumerate(placed)):
            yield from queens(n, placed + (col,))


solutions = list(queens(6))
print(len(solutions), solutions[0], len(list(queens(7))))
PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79'


def solve(board):
    spot = board.find('.')
    if spot < 0:
        return board
    r, c = divmod(spot, 9)
    used = {board[r * 9 + k] for k in range(9)} | {board[k * 9 + c] for k in range(9)}
    used |= {board[(r // 3 * 3 + i) * 9 + c // 3 * 3 + j] for i in range(3) for j in range(3)}
    for digit in '123456789':
        if digit not in used:
            done = solve(board[:spot] + digit + board[spot + 1:])
            if done:
                return done
    return None


solved = solve(PUZZLE)
print('\n'.join(solved[i:i + 9] for i in range(0, 81, 9)))


@lru_cache(maxsize=None)
def change(amount, coins=(50, 20, 10, 5, 2, 1)):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return change(amount - coins[0], coins) + change(amount, coins[1:])


print(change(100), change(37))


def lcs(a, b):
    table = [[''] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            table[i][j] = table[i - 1][j - 1] + x if x == y else max(table[i - 1][j], table[i][j - 1], key=len)
    return table[-1][-1]


print(lcs('AGGTABQXYZ', 'GXTXAYBZ'))


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


print(distance('kitten', 'sitting'), distance('', 'abc'), distance('same', 'same'))
NUMERALS = [(1000, 'M'), (900, 'CM'), (500, 'D'), (400, 'CD'), (100, 'C'), (90, 'XC'), (50, 'L'), (40, 'XL'), (10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I')]


def roman(n):
    out = ''
    for value, text in NUMERALS:
        count, n = divmod(n, value)
        out += text * count
    return out


def arabic(text):
    values = dict((t, v) for v, t in NUMERALS if len(t) == 1)
    return sum(-values[a] if values[a] < values.get(b, 0) else values[a] for a, b in zip(text, text[1:] + ' '))


print([roman(n) for n in (1994, 2024, 49, 3999)], all(arabic(roman(n)) == n for n in range(1, 500)))


def sieve(n):
    flags = [True] * (n + 1)
    flags[:2] = [False, False]
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = [False] * len(flags[i * i::i])
    return [i for i, f in enumerate(flags) if f]


p = sieve(10000)
print(len(p), p[-3:], sum(p))
word = sorted({''.join(t) for t in permutations('aabc')})
print(len(word), word[:3], word[-1])
send = next((d for d in permutations(range(10), 3) if d[0] and d[0] * 100 + d[1] * 10 + d[2] == sum(x ** 3 for x in d)), None)
print(send, [n for n in range(100, 1000) if n == sum(int(c) ** 3 for c in str(n))])
print(max(range(1, 3000), key=lambda n: (lambda f: f(f, n))(lambda f, k, s=1: s if k == 1 else f(f, k // 2 if k % 2 == 0 else 3 * k + 1, s + 1))))
