import time

from case import Case, class_of, outcome_of, same
from client import text_of, user

AGENT = "sdk_slow"


async def late_reply(client, fault):
    began = time.monotonic()
    found = await outcome_of(client.say(AGENT, "late", timeout_ms=400))
    assert time.monotonic() - began < 2.5, "did not wait for the reply"
    assert found != "no error"
    fault("a reply slower than the timeout", found)


async def in_time(client, _fault):
    same(text_of(await client.say(AGENT, "with pace", timeout_ms=10_000)), "One two three four.")


async def same_time(client, _fault):
    began = time.monotonic()
    await client.say(AGENT, "with pace")
    took = time.monotonic() - began
    assert took >= 0.39, f"a reply paced to 0.4 s came after {took} s"


async def as_made(client, _fault):
    times = []
    async for event in client.each(await client.say(AGENT, "with pace", stream=True)):
        if event.data.type == "part.delta":
            times.append(time.monotonic())
    same(len(times), 4)
    assert times[-1] - times[0] > 0.2, f"four pieces, 100 ms apart, came at {times}"


def slow_stream(label, text, whole):
    async def run(client, fault):
        told = await client.stream(AGENT, message=user(text), timeout_ms=1000)
        same(text_of(await client.settled(AGENT, told.task_id)), whole)
        fault(label, class_of(told.error) if told.error else "no error")

    return run


PAUSE = slow_stream("a pause in a stream longer than the timeout", "a pause in the middle", "Before.After.")
STEADY = slow_stream(
    "a stream longer than the timeout, each piece in time", "piece by piece", "One two three four five."
)

CASES = [
    Case("a reply slower than the timeout is given up", late_reply),
    Case("a reply within the timeout arrives", in_time),
    Case("a paced reply takes the time of its stream", same_time),
    Case("the pieces of a stream arrive as they are made", as_made),
    Case("a pause longer than the timeout stops nothing", PAUSE),
    Case("a stream longer than the timeout runs to its end", STEADY),
]
