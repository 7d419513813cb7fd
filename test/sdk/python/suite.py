"""Runs every case over the installed version of the Python SDK: `python suite.py sync|async`.

One JSON object a line goes out.
"""

import asyncio
import json
import os
import sys
from importlib.metadata import version as version_of
from pathlib import Path

from case import run_case
from cases import aborts, answers, broken_streams, errors, files, hard_times, people
from cases import retries, router, samples, secure, timeouts, tools, wrong_replies
from client import abilities_of, open_client

MODULES = (
    *(answers, people, tools, files, errors, retries, timeouts, aborts, router, samples, secure),
    *(wrong_replies, broken_streams, hard_times),
)


def say(line):
    print(json.dumps(line), flush=True)


def main(way):
    version = version_of("orq-ai-sdk")
    abilities = abilities_of(version, way)
    faults = Path(__file__).parent.parent / "faults.json"
    known = None if os.environ.get("SDK_SUITE_MEASURE") else json.loads(faults.read_text())
    for index, case in enumerate(case for module in MODULES for case in module.CASES):
        key = f"python-{version}-{way}-{index}"
        client = open_client(os.environ["SDK_SUITE_URL"], key, version, way, abilities)
        say(asyncio.run(run_case(case, client, f"python {version} {way}", known, say)))


main(sys.argv[1])
