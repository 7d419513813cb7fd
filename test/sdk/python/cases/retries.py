import time

from case import Case, class_of, error_of, same
from cases.errors import class_for
from client import text_of, user
from orq_ai_sdk.utils import BackoffStrategy, RetryConfig

AGENT = "sdk_retries"


def backoff(longest_ms=20, elapsed_ms=20_000, connections=False):
    """The SDK adds up to a second of chance to every pause, so the longest pause is what keeps this quick."""
    return {"retries": RetryConfig("backoff", BackoffStrategy(1, longest_ms, 1.0, elapsed_ms), connections)}


async def unasked(client, _fault):
    same((await error_of(client.say(AGENT, "wait two seconds"))).status_code, 429)


async def retry_after(client, _fault):
    """Chance alone makes a pause of a second at most: two are the header's doing."""
    began = time.monotonic()
    reply = await client.say(AGENT, "wait two seconds", **backoff(longest_ms=5000))
    waited = time.monotonic() - began
    same(text_of(reply), "Patience pays.")
    assert waited >= 1.99, f"waited {waited} s of 2"


async def flaky(client, _fault):
    same(text_of(await client.say(AGENT, "four faults", **backoff())), "Fifth time lucky.")


async def flaky_stream(client, _fault):
    told = await client.stream(AGENT, message=user("four faults"), **backoff())
    same((told.error, told.text), (None, "Fifth time lucky."))


async def reset(client, _fault):
    same(text_of(await client.say(AGENT, "hang up once", **backoff(connections=True))), "Connected.")


async def bad_request(client, _fault):
    same((await error_of(client.say(AGENT, "do not retry", **backoff()))).status_code, 400)


async def gives_up(client, _fault):
    error = await error_of(client.say(AGENT, "always down", **backoff(elapsed_ms=100)))
    same((class_of(error), error.status_code), (class_for(client, 503), 503))


async def polling(client, _fault):
    task_id = (await client.say(AGENT, "poll me", background=True)).task_id
    same(text_of(await client.get(AGENT, task_id, **backoff())), "Polled in the end.")


CASES = [
    Case("nothing is retried unless asked", unasked),
    Case("a rate limit is retried after the time it names", retry_after),
    Case("500, 502, 503 and 504 are retried with back-off", flaky),
    Case("the start of a stream is retried in the same way", flaky_stream),
    Case("a reset connection is retried where that is asked", reset, needs=("retry after a reset",)),
    Case("a 400 is not retried", bad_request),
    Case("retries that run out of time raise the last answer", gives_up),
    Case("a poll is retried in the same way", polling, needs=("get",)),
]
