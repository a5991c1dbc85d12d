#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The settings of a manual page, from the program's own table.

usage: man_settings.py PROGRAM PAGE [--check]

Writes what PROGRAM --help says of its settings between the two marks of PAGE,
in mdoc. With --check nothing is written: the page must be so already.
"""
import re
import subprocess
import sys
import textwrap

BEGIN = r'.\" Settings: written by tools/man_settings.py.'
END = r'.\" End of settings.'
LINE = re.compile(r'^  --([a-z0-9-]+) +(.*) \(default (.*)\)$')
COLUMNS = 78


def escaped(text):
    """A line of mdoc that is text: no macro, no minus that is a hyphen."""
    text = text.replace('\\', r'\e')
    return r'\&' + text if text[:1] in ".'" else text


def entry(flag, says, default):
    name = flag.replace('-', '_').upper()
    says = says[:1].upper() + says[1:] + '.'
    lines = textwrap.wrap(says, COLUMNS, break_long_words=False,
                          break_on_hyphens=False)
    usual = 'Empty' if default == 'none' else f'Default: {default}'
    return [f'.It Ev {name}'] + [escaped(line) for line in lines] + \
        [escaped(usual + '.')]


def settings(program):
    text = subprocess.run([program, '--help'], capture_output=True,
                          text=True, check=True).stdout
    found = [m.groups() for m in map(LINE.match, text.splitlines()) if m]
    if not found:
        sys.exit(f'{program} --help lists no settings')
    lines = ['.Bl -tag -width Ds']
    for row in found:
        lines += entry(*row)
    return '\n'.join(lines + ['.El'])


def main():
    program, page = sys.argv[1:3]
    with open(page, encoding='utf-8') as f:
        old = f.read()
    before, rest = old.split(BEGIN + '\n', 1)
    after = rest.split(END + '\n', 1)[1]
    new = f'{before}{BEGIN}\n{settings(program)}\n{END}\n{after}'
    if '--check' in sys.argv:
        print('1..1')
        print(('ok' if new == old else 'not ok') +
              f' 1 - {page} has the settings of {program}')
        return
    with open(page, 'w', encoding='utf-8') as f:
        f.write(new)


if __name__ == '__main__':
    main()
