"""Conway's game of life, a flood fill, spirals and matrices on lists of lists."""


def step(cells):
    def neighbours(x, y):
        return {(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j}
    near = {c for cell in cells for c in neighbours(*cell)} | cells
    return {c for c in near if (n := len(neighbours(*c) & cells)) == 3 or (n == 2 and c in cells)}


def show(cells, w=8, h=6):
    return '\n'.join(''.join('#' if (x, y) in cells else '.' for x in range(w)) for y in range(h))


glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
for generation in range(4):
    print(generation, len(glider))
    glider = step(glider)
print(show(glider))
blinker = {(1, 0), (1, 1), (1, 2)}
print(step(step(blinker)) == blinker)


def fill(grid, x, y, old, new):
    if not (0 <= y < len(grid) and 0 <= x < len(grid[0])) or grid[y][x] != old:
        return 0
    grid[y][x] = new
    return 1 + sum(fill(grid, x + i, y + j, old, new) for i, j in ((1, 0), (-1, 0), (0, 1), (0, -1)))


grid = [list(row) for row in ('..#..', '..#..', '###..', '.....')]
print(fill(grid, 0, 0, '.', 'o'), fill(grid, 4, 0, '.', 'x'))
print('\n'.join(map(''.join, grid)))


def spiral(m):
    out = []
    while m:
        out += m.pop(0)
        m = [list(r) for r in zip(*m)][::-1]
    return out


print(spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), spiral([[1, 2], [3, 4], [5, 6]]))


class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]

    @classmethod
    def identity(cls, n):
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    @property
    def T(self):
        return Matrix(zip(*self.rows))

    def __matmul__(self, o):
        cols = o.T.rows
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in cols] for r in self.rows])

    def __pow__(self, n):
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1:
                result = result @ base
            base, n = base @ base, n >> 1
        return result

    def __getitem__(self, key):
        i, j = key
        return self.rows[i][j]

    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value

    def __eq__(self, o):
        return self.rows == o.rows

    def det(self):
        if len(self.rows) == 1:
            return self.rows[0][0]
        return sum((-1) ** j * v * Matrix([r[:j] + r[j + 1:] for r in self.rows[1:]]).det() for j, v in enumerate(self.rows[0]))

    def __str__(self):
        return '\n'.join(' '.join(f'{v:>4}' for v in r) for r in self.rows)


m = Matrix([[1, 1], [1, 0]])
print(m ** 10, (m ** 90)[0, 1], Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 4]]).det(), m.T == m, sep='\n')
m[1, 1] = 5
print(m @ Matrix.identity(2) == m, m)
