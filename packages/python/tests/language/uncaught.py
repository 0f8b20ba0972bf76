"""A program that ends with an error: the traceback is part of its output."""


class ConfigError(ValueError):
    pass


def load(path):
    try:
        return {'a': 1}[path]
    except KeyError as e:
        raise ConfigError(f'no entry {path!r}') from e


def main(names):
    for name in names:
        print(name, load(name))


if __name__ == '__main__':
    main(['a', 'b', 'c'])
