"""The second API, by the vendor's own methods for it: `orq.responses`."""

import asyncio
import json

from case import Case, class_of, error_of, same

MODEL = "agent/sdk_tools"


def plain(value):
    return value if isinstance(value, dict) else value.model_dump()


def items_of(reply):
    return [plain(item) for item in reply.output]


def text_of(reply):
    return next(item for item in items_of(reply) if item["type"] == "message")["content"][0]["text"]


def outputs(items):
    weather, time = [item for item in items if item["type"] == "function_call"]
    return [
        {"type": "function_call_output", "call_id": weather["call_id"], "output": '{"degrees":21}'},
        {"type": "function_call_output", "call_id": time["call_id"], "output": '{"hour":12}'},
    ]


async def answer(client, _fault):
    reply = await client.respond(model=MODEL, input="weather")
    same(reply.status, "completed")
    same([item["type"] for item in items_of(reply)], ["message", "function_call", "function_call"])
    same(text_of(reply), "Let me ask.")


async def tool_loop(client, _fault):
    first = await client.respond(model=MODEL, input="weather")
    second = await client.respond(model=MODEL, previous_response_id=first.id, input=outputs(items_of(first)))
    same(text_of(second), "21 degrees at 12.")
    third = await client.respond(model=MODEL, previous_response_id=second.id, input="and tomorrow?")
    same(text_of(third), "Tomorrow too.")


async def events(client, **body):
    stream = await client.respond(model=MODEL, stream=True, **body)
    return [event.data async for event in client.each(stream) if event.data is not None]


async def streamed(client, _fault):
    seen = await events(client, input="weather")
    same((seen[0].type, seen[-1].type), ("response.created", "response.completed"))
    last = seen[-1].response
    after = await events(client, previous_response_id=last.id, input=outputs(items_of(last)))
    deltas = [event.delta for event in after if event.type == "response.output_text.delta"]
    same("".join(deltas), "21 degrees at 12.")


async def background(client, _fault):
    queued = await client.respond(model=MODEL, input="weather", background=True)
    same((queued.status, queued.output), ("queued", []))
    for _poll in range(200):
        reply = await client.response(queued.id)
        if reply.status != "in_progress":
            break
        await asyncio.sleep(0.02)
    same((reply.status, text_of(reply)), ("completed", "Let me ask."))


async def failing(client, _fault):
    error = await error_of(client.respond(model=MODEL, input="break"))
    same(error.status_code, 500)
    told = json.loads(error.body)
    same(told["error"]["code"], "server_error")
    failed = await client.response(told["mock"]["response_id"])
    same((failed.status, failed.error.code), ("failed", "server_error"))
    seen = await events(client, input="break")
    same(seen[-1].type, "response.failed")


async def refused(client, _fault):
    for body, status in (
        ({"input": "hi", "model": "agent/nobody_at_all"}, 404),
        ({"input": "hi", "model": "sdk_tools"}, 400),
        ({"input": "weather", "model": MODEL, "previous_response_id": "resp_unknown"}, 404),
    ):
        error = await error_of(client.respond(**body))
        same(error.status_code, status, class_of(error))


async def no_key(client, _fault):
    keyless = type(client)(client.url, None, client.version, client.abilities)
    async with keyless:
        same((await error_of(keyless.respond(model=MODEL, input="hi"))).status_code, 401)


async def unknown(client, _fault):
    error = await error_of(client.response("resp_unknown"))
    same(error.status_code, 404)


CASES = [
    Case("router: an answer, with the calls that wait", answer, needs=("router",)),
    Case("router: the loop of a client tool, to the next question", tool_loop, needs=("router",)),
    Case("router: a stream, and the loop of a client tool in streams", streamed, needs=("router get",)),
    Case("router: a background response is asked for until it is done", background, needs=("router get",)),
    Case("router: a failing run, sync, by get and in a stream", failing, needs=("router get",)),
    Case("router: what cannot be is refused", refused, needs=("router",)),
    Case("router: a request without a key is a 401", no_key, needs=("router",)),
    Case("router: an unknown response is a 404", unknown, needs=("router get",)),
]
