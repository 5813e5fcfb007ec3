"""Installs and starts servers and tools that are not ours, with nothing but the standard library of Python."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("CARGO_TARGET_DIR") or TOP / "target")
START_SECONDS = 60


class Trouble(Exception):
    """Why something could not be tested."""


def install(folder, work):
    """What `folder` asks for, installed below `work`: packages of Python in `requirements.txt`, or of Node.js in
    `package-lock.json`. Exactly these versions, and again only when the list changes. Gives the folder of it."""
    if (folder / "requirements.txt").is_file():
        return once(folder / "requirements.txt", work / "venv", sys.version, python_packages)
    return once(folder / "package-lock.json", work / "node", "", node_packages)


def once(wanted, place, version, made):
    stamp = place.with_suffix(".sha256")
    fingerprint = hashlib.sha256(wanted.read_bytes() + version.encode()).hexdigest()
    if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint):
        stamp.unlink(missing_ok=True)
        made(wanted, place)
        stamp.write_text(fingerprint, encoding="utf-8")
    return place


def python_packages(requirements, place):
    python = str(place / "bin" / "python")
    must(sys.executable, "-m", "venv", "--clear", str(place))
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    must(*pip, "install", "--no-deps", "-r", str(requirements))
    must(*pip, "check")


def node_packages(lock, place):
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for file in (lock, lock.with_name("package.json")):
        shutil.copy(file, place)
    must("npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", cwd=place)


def must(*command, cwd=None):
    if subprocess.run(command, stdin=subprocess.DEVNULL, check=False, cwd=cwd).returncode != 0:
        raise Trouble(f"could not install: {' '.join(command)}")


def start(command, log):
    """The running server and its base URL, which is its first line of output. `command` makes the command of a free
    port; another port is tried when one is taken between choice and use."""
    for _ in range(3):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            command(port), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
        )
        url = server.stdout.readline().strip().removeprefix("listening on ")
        deadline = time.monotonic() + START_SECONDS
        while server.poll() is None:
            if listens(port):
                return server, url
            if time.monotonic() > deadline:
                stop(server)
                raise Trouble(f"{url} did not answer within {START_SECONDS} s")
            time.sleep(0.05)
    raise Trouble(f"the server did not start, see {log.name}")


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(server):
    server.terminate()
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def get(url, token):
    """The JSON at a URL. A proxy of the environment is not asked."""
    return ask(urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"}))


def post(url, token, body):
    """What a create is answered with."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    return ask(urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers, method="POST"))


def ask(request):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=10) as response:
            return json.load(response)
    except urllib.error.URLError as cause:
        raise Trouble(f"{request.full_url}: {cause}") from None
