import json

from case import Case, class_of, error_of, outcome_of, same
from cases.retries import backoff
from client import results, text_of, user

AGENT = "sdk_hard_times"


async def lost_reply(client, _fault):
    same(text_of(await client.say(AGENT, "lose my reply", **backoff(connections=True))), "Heard the second time.")
    same(len(client.tasks()), 2)


async def malformed(client, _fault):
    reply = await client.say(AGENT, "call badly")
    [call] = reply.pending_tool_calls
    try:
        json.loads(call.function.arguments)
    except json.JSONDecodeError:
        answer = results({call.id: {"error": "the arguments are no JSON"}})
        same(text_of(await client.create(AGENT, task_id=reply.task_id, message=answer)), "I will mind my brackets.")
    else:
        raise AssertionError("the arguments are JSON")


async def rate_window(client, _fault):
    same(text_of(await client.say(AGENT, "not too fast")), "In time.")
    same((await error_of(client.say(AGENT, "not too fast"))).status_code, 429)
    same(text_of(await client.say(AGENT, "not too fast", **backoff(longest_ms=5000))), "In time.")


async def split_bytes(client, _fault):
    whole = "你好 🌍, that is all."
    same(text_of(await client.say(AGENT, "cut anywhere")), whole)
    told = await client.stream(AGENT, message=user("cut anywhere"))
    same((told.error, told.text), (None, whole))


async def late_headers(client, fault):
    told = await client.stream(AGENT, message=user("late headers"), timeout_ms=10_000)
    same((told.error, told.text), (None, "Better late."))
    told = await client.stream(AGENT, message=user("late headers"), timeout_ms=400)
    fault("headers of a stream later than the timeout", class_of(told.error))


async def gone(client, fault):
    task_id = (await client.say(AGENT, "gone when polled", background=True)).task_id
    fault("a 404 while polling, by fixture", await outcome_of(client.get(AGENT, task_id)))
    same(text_of(await client.settled(AGENT, task_id)), "Hello.")


CASES = [
    Case(
        "a reply that is lost is asked for again, and makes a second task", lost_reply, needs=("retry after a reset",)
    ),
    Case(
        "arguments that are no JSON are answered with an error, and the task goes on",
        malformed,
        needs=("pending_tool_calls",),
    ),
    Case("a rate limit is over after its window", rate_window),
    Case("bytes may be cut anywhere, in replies and in streams", split_bytes),
    Case("headers of a stream may come late, or later than the timeout", late_headers),
    Case("a poll that fails with 404 raises what an unknown task raises", gone, needs=("get",)),
]
