import { registerSource } from './osApi';

/** Scripts reach only their working folder: what is temporary lies in a folder of it. */
registerSource(
  'tempfile',
  `
import os
import shutil

tempdir = None
_count = 0

def gettempdir():
    path = os.path.join(os.getcwd(), 'tmp')
    os.makedirs(path, exist_ok=True)
    return path

def gettempprefix():
    return 'tmp'

def mktemp(suffix='', prefix='tmp', dir=None):
    global _count
    while True:
        _count += 1
        path = os.path.join(os.fspath(dir) if dir is not None else gettempdir(), (prefix or '') + format(_count, '08x') + (suffix or ''))
        if not os.path.exists(path):
            return path

def mkdtemp(suffix=None, prefix=None, dir=None):
    path = mktemp(suffix or '', 'tmp' if prefix is None else prefix, dir)
    os.makedirs(path)
    return path

class TemporaryDirectory:
    def __init__(self, suffix=None, prefix=None, dir=None, ignore_cleanup_errors=False):
        self.name = mkdtemp(suffix, prefix, dir)
    def __repr__(self):
        return f"<TemporaryDirectory {self.name!r}>"
    def __enter__(self):
        return self.name
    def __exit__(self, *error):
        self.cleanup()
    def cleanup(self):
        if os.path.exists(self.name):
            shutil.rmtree(self.name)

class _Named:
    def __init__(self, file, name, delete):
        self.file = file
        self.name = name
        self.delete = delete
    def __getattr__(self, name):
        return getattr(self.file, name)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.close()
    def __iter__(self):
        return iter(self.file)
    def close(self):
        self.file.close()
        if self.delete and os.path.exists(self.name):
            os.remove(self.name)

def NamedTemporaryFile(mode='w+b', buffering=-1, encoding=None, newline=None, suffix=None, prefix=None, dir=None, delete=True):
    path = mktemp(suffix or '', 'tmp' if prefix is None else prefix, dir)
    return _Named(open(path, mode), path, delete)
`,
);
