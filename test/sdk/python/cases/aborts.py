import asyncio

from case import Case, class_of, same
from client import text_of

AGENT = "sdk_slow"
WHOLE = "One two three four."


async def closed(client, fault):
    """The response is closed while the loop goes on."""
    stream = await client.say(AGENT, "with pace", stream=True)
    seen, found = [], "no error"
    try:
        async for event in client.each(stream):
            seen.append(event.data)
            if event.data.type == "part.delta":
                await client.close(stream)
    except Exception as error:
        found = class_of(error)
    assert len([data for data in seen if data.type == "part.delta"]) < 4, "reads no further than what had come"
    await ends_as_scripted(client, seen[0].data.task_id)
    fault("abort in mid-stream", found)


async def left(client, _fault):
    seen = []
    loop = client.each(await client.say(AGENT, "with pace", stream=True))
    async for event in loop:
        seen.append(event.data)
        if event.data.type == "part.delta":
            break
    await loop.aclose()
    await ends_as_scripted(client, seen[0].data.task_id)


async def ends_as_scripted(client, task_id):
    """The task ends as if nobody had gone, and can be continued."""
    task = await client.settled(AGENT, task_id)
    same((task["status"], text_of(task)), ("completed", WHOLE))
    same(text_of(await client.say(AGENT, "with pace", task_id=task_id)), WHOLE)


async def waiting(client, fault):
    call = asyncio.ensure_future(client.say(AGENT, "late"))
    await asyncio.sleep(0.2)
    call.cancel()
    found = "no error"
    try:
        await call
    except asyncio.CancelledError as error:
        found = class_of(error)
    assert found != "no error"
    fault("abort while a reply is awaited", found)


CASES = [
    Case("an abort in mid-stream stops the reading and not the task", closed),
    Case("leaving the loop in mid-stream stops the reading and not the task", left),
    Case("an abort ends the wait for a reply", waiting, needs=("async",)),
]
