import json
import re

from case import Case, class_of, error_of, outcome_of, same
from client import at_least, text_of, user

AGENT = "sdk_errors"
STATUSES = (400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504)
BROKEN = {"message": user("fail half-way")}
REASON = "Only Dutch accounts are supported."


def class_for(client, status):
    """Renamed with 4.13.1; a 401 of `create` has a class of its own in the newest."""
    if status == 401 and at_least(client.version, [4, 17, 13]):
        return "ErrorResponse"
    return "APIDefaultError" if at_least(client.version, [4, 13, 1]) else "APIError"


def raises(status):
    async def run(client, fault):
        error = await error_of(client.say(AGENT, f"status {status}"))
        same((class_of(error), error.status_code), (class_for(client, status), status))
        same(json.loads(error.body)["code"], status)
        fault("an HTTP 401" if status == 401 else "any other HTTP 4xx or 5xx", class_of(error))

    return run


async def rate_limit(client, _fault):
    headers = (await error_of(client.say(AGENT, "status 429"))).headers
    names = ("retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
    same([headers[name] for name in names], ["7", "10", "0", "1767225600"])


async def no_key(client, _fault):
    keyless = type(client)(client.url, None, client.version, client.abilities)
    async with keyless:
        error = await error_of(keyless.say(AGENT, "status 400"))
    same((class_of(error), error.status_code), (class_for(client, 401), 401))
    same(json.loads(error.body)["message"], "API key is not valid for this workspace")


async def bad_body(client, _fault):
    error = await error_of(client.say(AGENT, "status 400", contact={"id": "c", "email": "nobody"}))
    same(error.status_code, 400)
    assert re.search(r"contact\W+email", json.loads(error.body)["message"]), error.body


async def no_script(client, _fault):
    error = await error_of(client.say(AGENT, "nothing is written for this"))
    same((class_of(error), error.status_code), (class_for(client, 404), 404))
    assert "sdk_errors" in json.loads(error.body)["message"], error.body


async def unknown_task(client, fault):
    error = await error_of(client.get(AGENT, "01ARZ3NDEKTSV4RRFFQ69G5FAV"))
    same((class_of(error), error.status_code, error.data.code), ("HonoAPIError", 404, "404"))
    fault("GET of an unknown task", class_of(error))


async def poll_fails(client, _fault):
    task_id = (await client.say(AGENT, "trouble while polling", background=True)).task_id
    error = await error_of(client.get(AGENT, task_id))
    same((class_of(error), error.status_code), (class_for(client, 503), 503))
    same(text_of(await client.get(AGENT, task_id)), "Polled.")


async def fails_sync(client, fault):
    error = await error_of(client.create(AGENT, **BROKEN))
    same((error.status_code, json.loads(error.body)["message"]), (422, REASON))
    fault("an agent fails, sync", class_of(error))


async def fails_in_stream(client, fault):
    told = await client.stream(AGENT, **BROKEN)
    same(told.text, "Half an answer.")
    same(told.types, ["response.started", *["part.delta"] * 3, "part.done", "response.failed"])
    same((told.last.data.error, told.last.data.code), (REASON, 422))
    same((await client.settled(AGENT, told.task_id))["status"], "failed")
    fault("an agent fails, in a stream", class_of(told.error) if told.error else "no error")


async def fails_in_background(client, fault):
    task_id = (await client.create(AGENT, background=True, **BROKEN)).task_id
    await client.settled(AGENT, task_id)
    task = await client.get(AGENT, task_id)
    same((task.status, task.error), ("failed", REASON))
    fault("an agent fails, in background", await outcome_of(client.get(AGENT, task_id)))


CASES = [
    *[Case(f"an HTTP {status} is raised", raises(status)) for status in STATUSES],
    Case("a rate limit shows its headers", rate_limit),
    Case("a request without a key is a 401", no_key),
    Case("a body against the contract is a 400 that names the place", bad_body),
    Case("a request that no script answers is a 404", no_script),
    Case("a poll for an unknown task is a 404 of its own class", unknown_task, needs=("get",)),
    Case("a poll may fail once and then succeed", poll_fails, needs=("get",)),
    Case("an agent that fails gives a waiting client its code", fails_sync),
    Case("an agent that fails ends its stream with response.failed", fails_in_stream),
    Case("an agent that fails in background is a failed task", fails_in_background, needs=("get",)),
]
