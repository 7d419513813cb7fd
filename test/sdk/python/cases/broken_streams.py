"""What this SDK does with streams that break off or say what it does not know; and that the task never minds."""

from case import Case, class_of, same
from client import text_of, user

AGENT = "sdk_broken_streams"
CUTS = ("the stream ends early", "the connection is reset", "a frame is garbage", "the stream stalls")
STRANGE = (
    "an unknown type of event",
    "a frame without data",
    "an event in a second envelope",
    "a tool_call as a part",
    "a text as the code of response.failed",
)
HALF = "Half an answer."
WHOLE = "Half an answer.The other half."


async def broken(client, label):
    stream = await client.stream(AGENT, message=user(label), timeout_ms=1500)
    task = await client.settled(AGENT, stream.task_id)
    same((task["status"], text_of(task)), ("completed", WHOLE))
    return stream, class_of(stream.error) if stream.error else "no error"


def cut(label):
    async def run(client, fault):
        stream, found = await broken(client, label)
        same(stream.text, HALF)
        assert stream.last.type != "response.done", stream.types
        fault(label, found)

    return run


def misread(label):
    async def run(client, fault):
        stream, found = await broken(client, label)
        same(stream.text, WHOLE if found == "no error" else HALF)
        fault(label, found)

    return run


CASES = [
    *[Case(f"{label}: half is read, the task is whole", cut(label)) for label in CUTS],
    *[Case(f"{label}: the task is whole", misread(label)) for label in STRANGE],
]
