#!/usr/bin/env python3
"""Opens an HTML report from disk in headless Chromium and fails on any console message of weight, on any request to
the network, and when the page lacks the verdict. Usage: check.py REPORT.html WORD"""

import pathlib
import re
import subprocess
import sys
import tempfile

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--v=0",
    # Whatever the page would ask the network for goes nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=3000",
]


def main() -> int:
    report, word = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    problems = []
    with tempfile.TemporaryDirectory() as profile:
        for scheme in ("0", "1"):
            command = ["chromium", *FLAGS, f"--blink-settings=preferredColorScheme={scheme}", f"--user-data-dir={profile}/{scheme}",
                       "--dump-dom", report.as_uri()]
            ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            problems += [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
            if word.lower() not in ran.stdout.lower():
                problems.append(f"the page does not say `{word}`")
            if "<h1" not in ran.stdout:
                problems.append("the page has no heading")
    text = report.read_text(encoding="utf-8")
    loaded = re.findall(r"""(?:src|<link[^>]*href)\s*=\s*["'](?!data:)([^"']+)""", text)
    problems += [f"the page loads {what}" for what in loaded]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{report.name}: {'no' if not problems else len(problems)} problems in light and dark")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
