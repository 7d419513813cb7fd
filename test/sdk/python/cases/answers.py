import re

from case import Case, same
from client import text_of, user

AGENT = "sdk_answers"
REASONS = ("length", "tool_calls", "content_filter", "max_iterations", "max_time")
STORY = {"message": user("the whole story")}


async def sync_reply(client, _fault):
    reply = await client.create(AGENT, **STORY)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", reply.task_id), reply.task_id
    assert re.fullmatch(r"resp_[0-9A-Z]{26}", reply.id), reply.id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", reply.created_at), reply.created_at
    same(reply.model, "anthropic/claude-sonnet-4")
    same([(part.kind, part.text) for part in reply.output[0].parts], [("text", "Order A-17 costs 42 EUR.")])
    same(reply.output[0].role, "agent")
    same((reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens), (7, 5, 12))
    if "finish_reason" in client.abilities:
        same(reply.finish_reason, "stop")


async def whole_stream(client, _fault):
    told = await client.stream(AGENT, **STORY)
    same(told.error, None)
    same(
        [kind for index, kind in enumerate(told.types) if index == 0 or kind != told.types[index - 1]],
        [
            "response.started",
            "part.delta",
            "part.done",
            "tool.started",
            "tool.done",
            "tool.started",
            "tool.failed",
            "tool.review.requested",
            "tool.review.done",
            "part.delta",
            "part.done",
            "response.done",
        ],
    )
    first = {event.type: event.data for event in reversed(told.events)}
    assert re.fullmatch(r"[0-9A-Z]{26}", first["response.started"].task_id)
    same(first["tool.started"].arguments, {"order": "A-17"})
    same(first["tool.done"].result, {"total": 42})
    same(first["tool.failed"].error, "Out of stock.")
    same(first["tool.review.requested"].requires_approval, True)
    same(first["tool.review.done"].review, "approved")


async def pieces(client, _fault):
    told = await client.stream(AGENT, **STORY)
    deltas = [event.data.delta for event in told.events if event.type == "part.delta"]
    thought = [piece.reasoning for piece in deltas if piece.kind == "reasoning"]
    same(told.text, "Order A-17 costs 42 EUR.")
    same("".join(thought), "Look the order up first.")
    assert len(thought) > 1, "comes in pieces"


async def three_views(client, _fault):
    reply = await client.create(AGENT, **STORY)
    told = await client.stream(AGENT, **STORY)
    opened = await client.create(AGENT, background=True, **STORY)
    task = await client.settled(AGENT, opened.task_id)
    same([told.text, text_of(task)], [text_of(reply)] * 2)
    same(told.last.data.finish_reason, task["finish_reason"])
    same([told.last.data.usage.total_tokens, task["usage"]["total_tokens"]], [reply.usage.total_tokens] * 2)


def plain(part):
    """A part as the wire has it; the oldest version leaves those of a stream so."""
    if isinstance(part, dict):
        return part
    return drop_none(part.model_dump(by_alias=True))


def drop_none(value):
    if not isinstance(value, dict):
        return value
    return {key: drop_none(below) for key, below in value.items() if below is not None}


SENT = [
    {"kind": "text", "text": "Here."},
    {"kind": "file", "file": {"bytes": "aGVsbG8=", "mimeType": "text/plain", "name": "hello.txt"}},
    {"kind": "file", "file": {"uri": "https://example.com/cat.png", "mimeType": "image/png", "name": "cat.png"}},
    {"kind": "data", "data": {"total": 42}},
]


async def every_part(client, _fault):
    answer, calls, outcomes = (await client.say(AGENT, "every part")).output
    same([plain(part) for part in answer.parts], SENT)
    same((calls.parts[0].tool_name, calls.parts[0].arguments), ("lookup_order", {"order": "A-17"}))
    same((outcomes.role, outcomes.parts[0].tool_call_id), ("tool", calls.parts[0].tool_call_id))
    told = await client.stream(AGENT, message=user("every part"))
    done = [event.data.part for event in told.events if event.type == "part.done"]
    same([plain(part) for part in done], SENT)


async def error_part(client, _fault):
    answer, aside = (await client.say(AGENT, "an error in the answer")).output
    same(text_of({"output": [answer.model_dump()]}), "Nearly.")
    same([(part.kind, part.error) for part in aside.parts], [("error", "One thing went wrong.")])


def finishes(reason):
    async def run(client, _fault):
        reply = await client.say(AGENT, f"end with {reason}")
        told = await client.stream(AGENT, message=user(f"end with {reason}"))
        same(told.last.data.finish_reason, reason)
        if "finish_reason" in client.abilities:
            same(reply.finish_reason, reason)

    return run


async def background(client, _fault):
    reply = await client.create(AGENT, background=True, **STORY)
    same(reply.output, [])
    same(text_of(await client.settled(AGENT, reply.task_id)), "Order A-17 costs 42 EUR.")


async def polling(client, _fault):
    task_id = (await client.say(AGENT, "hold on", background=True)).task_id
    for _poll in (1, 2):
        early = await client.get(AGENT, task_id)
        same((early.status, early.output), ("in_progress", []))
    done = await client.get(AGENT, task_id)
    same((done.status, done.task_id, done.finish_reason), ("completed", task_id, "stop"))
    same(text_of(done), "Done at last.")


CASES = [
    Case("a reply carries ids, text, usage and finish reason", sync_reply),
    Case("a stream tells thoughts, tools, reviews and text in their order", whole_stream),
    Case("the pieces of a stream make the whole text", pieces),
    Case("reply, stream and polled task tell the same", three_views),
    Case("every kind of part comes through", every_part),
    Case("an error may stand in an answer", error_part, needs=("error part",)),
    *[Case(f"a turn may end with {reason}", finishes(reason)) for reason in REASONS],
    Case("a background task answers at once and has no output yet", background),
    Case("a task is in progress while held, then completed", polling, needs=("get",)),
]
