"""Sends what the blockers of a report rest on once more, by the curl lines that the report prints."""

import json
import os
import subprocess


def replay(report, token):
    """Replays the first case of each blocker of the profile entra. Gives a line for each one that shows otherwise."""
    cases = {case["id"]: case for case in report["cases"]}
    entra = next(profile for profile in report["profiles"] if profile["id"] == "entra")
    wrong, lines = [], 0
    for blocker in entra["blockers"]:
        case = cases[blocker["cases"][0]]
        sent, difference = replayed(case, token)
        lines += sent
        if difference:
            wrong.append(f"{case['id']} ({blocker['requirement']}): {difference}")
    print(f"{len(entra['blockers'])} blockers replayed by {lines} curl lines, {len(wrong)} show otherwise")
    return wrong


def replayed(case, token):
    """Sends the requests of a case in their order. What is created has another id this time."""
    ids, sent, difference = {}, 0, None
    for exchange in case["exchanges"]:
        command = exchange.get("curl")
        if not command:
            continue
        for old, new in ids.items():
            command = command.replace(old, new)
        status, body = run(command, token)
        sent += 1
        recorded = parsed(exchange.get("response_body"))
        learn(ids, recorded, body)
        if difference is None and status != exchange.get("status"):
            difference = f"{exchange['method']} answered {exchange.get('status')} in the report, {status} now"
        elif difference is None and plain(recorded, ids) != plain(body, {}):
            difference = f"{exchange['method']} {exchange['url']} answered another body"
    return sent, difference


def run(command, token):
    done = subprocess.run(
        ["bash", "-c", command], env={**os.environ, "SCIM_TOKEN": token}, capture_output=True, check=False, timeout=60,
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    status = head.split(b" ")[1] if b" " in head else b"0"
    return int(status), parsed(body.decode("utf-8", "replace"))


def parsed(text):
    try:
        return json.loads(text or "null")
    except ValueError:
        return text


def learn(ids, recorded, body):
    """Which new id stands for which old one."""
    if isinstance(recorded, dict) and isinstance(body, dict):
        old, new = recorded.get("id"), body.get("id")
        if isinstance(old, str) and isinstance(new, str) and len(old) > 8:
            ids[old] = new


def plain(body, ids):
    """A body without what differs each time."""
    if isinstance(body, dict):
        left_out = ("meta", "id", "$ref", "detail")
        return {name: plain(value, ids) for name, value in body.items() if name not in left_out}
    if isinstance(body, list):
        return [plain(value, ids) for value in body]
    if isinstance(body, str):
        for old, new in ids.items():
            body = body.replace(old, new)
    return body
