from case import Case, same
from client import text_of, user

AGENT = "sdk_files"
PICTURE = {"mime_type": "image/png", "name": "cat.png"}


def sends(file, answer):
    async def run(client, _fault):
        reply = await client.create(AGENT, message=user("Look.", {"kind": "file", "file": file}))
        same(text_of(reply), answer)

    return run


async def none(client, _fault):
    same(text_of(await client.say(AGENT, "Look.")), "No file came.")


CASES = [
    Case("a file sent by its content reaches the agent", sends({"bytes_": "iVBORw0KGgo=", **PICTURE}, "A cat.")),
    Case(
        "a file sent by its address reaches the agent",
        sends({"uri": "https://example.com/cat.png", **PICTURE}, "A cat."),
    ),
    Case("a file needs neither name nor type", sends({"uri": "https://example.com/x"}, "Some other file.")),
    Case("a message without a file has none", none),
]
