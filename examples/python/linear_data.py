# the fourth article's panes are lost: rebuilt from what it says of them
import numpy as np
import matplotlib.pyplot as plt

np.random.seed(42)
m, b, n = 0.1, 0.3, 200
x = np.random.uniform(-10, 10, n)
noise = np.random.normal(0, 0.15, n)
y = m * x + b + noise

x = x.astype(np.float32)
y = y.astype(np.float32)

if __name__ == '__main__':
    plt.scatter(x, y)
    plt.savefig('linear-data.svg')
    print(x.shape, y.dtype, np.polyfit(x, y, 1).round(3))
