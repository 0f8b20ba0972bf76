"""Records what the real Python prints for each program of tests/language: x.py gives x.out.

Run with Python 3.11 or later from anywhere: python3 packages/python/scripts/recordOutputs.py [name ...]
"""
import os
import pathlib
import subprocess
import sys
import tempfile

folder = pathlib.Path(__file__).resolve().parent.parent / 'tests' / 'language'
names = sys.argv[1:] or sorted(p.stem for p in folder.glob('*.py'))
for name in names:
    source = (folder / f'{name}.py').read_text()
    with tempfile.TemporaryDirectory() as work:
        # run under its own name in an empty folder, so that tracebacks and files are the same everywhere
        pathlib.Path(work, f'{name}.py').write_text(source)
        done = subprocess.run([sys.executable, f'{name}.py'], cwd=work, capture_output=True, text=True, env={**os.environ, 'PYTHONHASHSEED': '0'})
    errors = [line for line in done.stderr.split('\n') if not line or line.strip(' ~^')]
    text = done.stdout + ('\n'.join(errors) if done.returncode else '')
    text = text.replace(f'{os.path.realpath(work)}/', '')
    (folder / f'{name}.out').write_text(text)
    print(name, 'ok' if done.returncode == 0 else f'exit {done.returncode}')
