import json
import os
from urllib.parse import urlsplit

from case import Case, error_of, same
from client import text_of, user

AGENT = "sdk_answers"
STORY = "the whole story"
SECURE = os.environ.get("SDK_SUITE_SECURE_URL", "")


async def turns(client, _fault):
    here = client.at(SECURE)
    same(text_of(await here.say(AGENT, STORY)), "Order A-17 costs 42 EUR.")
    told = await here.stream(AGENT, message=user(STORY))
    same((told.error, told.text), (None, "Order A-17 costs 42 EUR."))


async def poll(client, _fault):
    here = client.at(SECURE)
    reply = await here.say(AGENT, STORY)
    same((await here.get(AGENT, reply.task_id)).task_id, reply.task_id)


async def without_path(client, _fault):
    address = urlsplit(SECURE)
    error = await error_of(client.at(f"{address.scheme}://{address.netloc}").say(AGENT, STORY))
    same(error.status_code, 404)
    assert "served below /orq" in json.loads(error.body)["message"], error.body


async def plain(client, _fault):
    error = await error_of(client.at(SECURE.replace("https:", "http:")).say(AGENT, STORY))
    same(error.status_code, 400)
    assert error.body.startswith("This port speaks HTTPS and got plain HTTP"), error.body


HERE = ("openssl here",)
CASES = [
    Case("over TLS and below a path, a reply and a stream come", turns, needs=HERE),
    Case("over TLS and below a path, a task can be polled", poll, needs=(*HERE, "get")),
    Case("without the path, the error names it", without_path, needs=HERE),
    Case("plain HTTP to the port of HTTPS is an error that says so", plain, needs=HERE),
]
