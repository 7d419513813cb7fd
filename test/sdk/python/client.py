"""One SDK client with a key of its own, which makes it the only one in its workspace.

The two ways of the SDK, sync and async, look the same to a case.
"""

import asyncio
import functools
import inspect
import os

import httpx
from orq_ai_sdk import Orq, models


# No certificate matters here, and to read them all for every client is most of the work.
httpx._transports.default.create_ssl_context = functools.cache(httpx._transports.default.create_ssl_context)
# For polls without the SDK.
plain_http = httpx.Client()


def at_least(version, least):
    return [int(number) for number in version.split(".")] >= least


def abilities_of(version, way):
    """What the installed version can do, beside `create`."""
    responses = Orq(api_key="none").agents.responses
    asked = inspect.signature(responses.create).parameters
    abilities = {name for name in ("identity", "contact", "engine") if name in asked}
    abilities |= {"finish_reason", "pending_tool_calls"} & models.CreateAgentResponse.model_fields.keys()
    if hasattr(responses, "get"):
        abilities.add("get")
    if hasattr(models, "ErrorPart"):
        abilities.add("error part")
    if os.environ.get("SDK_SUITE_SECURE_URL"):
        abilities.add("openssl here")
    # The oldest retries connections that are refused, and none that are reset.
    if at_least(version, [4, 9, 30]):
        abilities.add("retry after a reset")
    # Older ones refuse null in a reply of the router, in `get` longest.
    if at_least(version, [4, 9, 30]):
        abilities.add("router")
    if at_least(version, [4, 13, 1]):
        abilities.add("router get")
    return abilities | {way}


def open_client(url, key, version, way, abilities):
    kind = Sync if way == "sync" else Async
    return kind(url, key, version, abilities)


class Client:
    def __init__(self, url, key, version, abilities):
        self.url, self.key, self.version, self.abilities = url, key, version, abilities
        self.orq = Orq(api_key=key, server_url=url)

    def at(self, url):
        """The same client of another mock."""
        return type(self)(url, self.key, self.version, self.abilities)

    def say(self, agent, text, **more):
        """A turn with a text."""
        return self.create(agent, message=user(text), **more)

    async def stream(self, agent, **body):
        """A streamed turn, read to its end or to the error that ends it."""
        events, error = [], None
        try:
            async for event in self.each(await self.create(agent, stream=True, **body)):
                # A frame without data comes as an event without data.
                if event.data is not None:
                    events.append(event.data)
        except Exception as caught:
            error = caught
        return Told(events, error)

    def tasks(self):
        """The tasks of its workspace, as the control API lists them."""
        headers = {"authorization": f"Bearer {self.key}"}
        return plain_http.get(f"{self.url}/__admin/tasks", headers=headers).json()["tasks"]

    async def settled(self, agent, task_id):
        """Polls without the SDK, because the oldest one cannot."""
        headers = {"authorization": f"Bearer {self.key}"}
        for _poll in range(200):
            body = plain_http.get(f"{self.url}/v2/agents/{agent}/responses/{task_id}", headers=headers).json()
            if body["status"] != "in_progress":
                return body
            await asyncio.sleep(0.02)
        raise TimeoutError(f"task {task_id} does not end")


class Sync(Client):
    async def __aenter__(self):
        return self.orq.__enter__()

    async def __aexit__(self, *error):
        self.orq.__exit__(*error)

    async def create(self, agent, **body):
        return self.orq.agents.responses.create(agent_key=agent, **body)

    async def get(self, agent, task_id, **options):
        return self.orq.agents.responses.get(agent_key=agent, task_id=task_id, **options)

    async def respond(self, **body):
        return self.orq.responses.create(**body)

    async def response(self, response_id):
        return self.orq.responses.get(response_id=response_id)

    async def each(self, stream):
        with stream as events:
            for event in events:
                yield event

    async def close(self, stream):
        stream.response.close()


class Async(Client):
    async def __aenter__(self):
        return await self.orq.__aenter__()

    async def __aexit__(self, *error):
        await self.orq.__aexit__(*error)

    async def create(self, agent, **body):
        return await self.orq.agents.responses.create_async(agent_key=agent, **body)

    async def get(self, agent, task_id, **options):
        return await self.orq.agents.responses.get_async(agent_key=agent, task_id=task_id, **options)

    async def respond(self, **body):
        return await self.orq.responses.create_async(**body)

    async def response(self, response_id):
        return await self.orq.responses.get_async(response_id=response_id)

    async def each(self, stream):
        async with stream as events:
            async for event in events:
                yield event

    async def close(self, stream):
        await stream.response.aclose()


class Told:
    """What a list of events tells: the task, the kinds in order, the text of all pieces."""

    def __init__(self, events, error):
        self.events, self.error = events, error
        self.types = [event.type for event in events]
        self.last = events[-1] if events else None
        self.task_id = events[0].data.task_id if events else None
        pieces = [event.data.delta for event in events if event.type == "part.delta"]
        self.text = "".join(getattr(piece, "text", "") for piece in pieces)


def user(*parts):
    plain = [{"kind": "text", "text": part} if isinstance(part, str) else part for part in parts]
    return {"role": "user", "parts": plain}


def results(by_id):
    """Tool results by the id of their call."""
    parts = [{"kind": "tool_result", "tool_call_id": call, "result": result} for call, result in by_id.items()]
    return {"role": "tool", "parts": parts}


def text_of(reply):
    """The text of a reply, of the SDK or as plain JSON."""
    output = reply["output"] if isinstance(reply, dict) else [message.model_dump() for message in reply.output]
    return "".join(part.get("text", "") for message in output for part in message["parts"])
