"""Runs scim2-tester against a server and prints its results as JSON. Usage: check.py URL TOKEN"""

import json
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server

url, token = sys.argv[1:]
client = Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False)
results = check_server(SyncSCIMClient(client))
json.dump(
    [{"status": one.status.name, "title": one.title, "type": one.resource_type, "reason": one.reason} for one in results],
    sys.stdout,
)
