"""The terminals of terminfo that do not take ANSI's cursor address: writes no_ansi_cursor.txt of the capabilities.

Reads the compiled entries of this machine with `infocmp`; made with Debian's ncurses-base and ncurses-term. An entry
whose `cup` begins with CSI, in seven bits or in eight, takes `CSI row ; column H`. Left out are parts of entries
(`xterm+sl`), by which no terminal is called: they have a plus sign before a letter, and no `cup`.
"""

import pathlib
import re
import subprocess

DIRECTORIES = [pathlib.Path(path) for path in ("/lib/terminfo", "/usr/share/terminfo")]
TARGET = pathlib.Path(__file__).parents[2] / "src/terminal/capabilities/no_ansi_cursor.txt"

names = {}
for directory in DIRECTORIES:
    for entry in directory.glob("?/*"):
        names.setdefault(entry.name, directory)


def takes_ansi(name, directory):
    entry = subprocess.run(["infocmp", "-1", "-A", directory, name], capture_output=True, text=True)
    if entry.returncode:
        return True  # No entry: a file of another kind.
    address = re.search(r"^\tcup=(.*),$", entry.stdout, re.M)
    if not address:
        return bool(re.search(r"\+[a-z]", name))
    return bool(re.match(r"(\\E\[|\\233)", address[1]))


found = [name for name, directory in sorted(names.items()) if not takes_ansi(name, directory)]
TARGET.write_text("".join(f"{name}\n" for name in found), encoding="ascii")
print(f"{len(found)} of {len(names)} names")
