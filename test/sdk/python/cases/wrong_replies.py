"""What this SDK does with replies that break the contract; faults.json holds what is known of it."""

from case import Case, outcome_of, same

AGENT = "sdk_wrong_replies"
HARMLESS = ("a reply with extra keys", "a reply with null for usage")
FAULTS = (
    "a reply with null for finish_reason",
    "a reply with null for pending_tool_calls",
    "a reply with an unknown finish reason",
    "a reply with the role assistant",
    "a reply with an unknown kind of part",
    "a reply of another shape",
    "a reply that is broken JSON",
    "a reply in plain text",
    "a reply with status 201",
    "a connection reset before the reply",
    "no reply within the timeout",
)
POLLS = ("a poll's 404 with a number as code", "a poll with an unknown status")


def tell(client, text):
    return outcome_of(client.say(AGENT, text, timeout_ms=1000))


def accepted(text):
    async def run(client, _fault):
        same(await tell(client, text), "no error")

    return run


def told(text):
    async def run(client, fault):
        fault(text, await tell(client, text))

    return run


def polled(text):
    async def run(client, fault):
        task_id = (await client.say(AGENT, text, background=True)).task_id
        fault(text, await outcome_of(client.get(AGENT, task_id)))

    return run


CASES = [
    *[Case(f"{text} is accepted", accepted(text)) for text in HARMLESS],
    *[Case(f"{text} has its known effect", told(text)) for text in FAULTS],
    *[Case(f"{text} has its known effect", polled(text), needs=("get",)) for text in POLLS],
]
