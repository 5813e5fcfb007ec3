"""Sends what the blockers of a report rest on once more, by the scripts that the report prints."""

import json
import os
import re
import subprocess


def replay(report, token):
    """Replays the first case of each blocker of the profile entra. Gives a line for each one that shows otherwise."""
    cases = {case["id"]: case for case in report["cases"]}
    entra = next(profile for profile in report["profiles"] if profile["id"] == "entra")
    wrong, requests = [], 0
    for blocker in entra["blockers"]:
        case = cases[blocker["cases"][0]]
        sent, difference = replayed(case, token)
        requests += sent
        if difference:
            wrong.append(f"{case['id']} ({blocker['requirement']}): {difference}")
    print(f"{len(entra['blockers'])} blockers replayed by {requests} requests of their scripts, {len(wrong)} show otherwise")
    return wrong


def replayed(case, token):
    """Runs the script of a case. What is created has another id this time."""
    answers = run(case["script"], token)
    if len(answers) != len(case["exchanges"]):
        return len(answers), f"{len(case['exchanges'])} requests in the report, {len(answers)} answers now"
    ids = {}
    for exchange, (status, body) in zip(case["exchanges"], answers):
        recorded = parsed(exchange.get("response_body"))
        learn(ids, recorded, body)
        if status != exchange.get("status"):
            return len(answers), f"{exchange['method']} answered {exchange.get('status')} in the report, {status} now"
        if plain(recorded, ids) != plain(body, {}):
            return len(answers), f"{exchange['method']} {exchange['url']} answered another body"
    return len(answers), None


def run(script, token):
    """Status and body of each answer, in order."""
    done = subprocess.run(
        ["sh", "-c", script], env={**os.environ, "SCIM_TOKEN": token}, capture_output=True, check=False, timeout=60,
    )
    text = done.stdout.decode("utf-8", "replace").replace("\r\n", "\n")
    # What the script says of the next request.
    text = re.sub(r"(?m)^\d+ (set-up|step|clean-up): .*$", "", text)
    answers = re.split(r"(?m)^HTTP/[0-9.]+ ", text)[1:]
    return [(int(answer[:3]), parsed(answer.partition("\n\n")[2].strip())) for answer in answers]


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
