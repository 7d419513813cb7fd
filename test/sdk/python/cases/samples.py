"""The vendor's published samples, with only the address changed. What they print is what is looked at."""

import contextlib
import io

from case import Case, class_of, same

QUESTION = "Hi! I am testing your capabilities. Can you describe what you can do?"
HELLO = {"role": "user", "parts": [{"kind": "text", "text": QUESTION}]}

JANE = {
    "id": "contact_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "display_name": "Jane Doe",
    "email": "jane.doe@example.com",
    "metadata": [{"department": "Engineering", "role": "Senior Developer"}],
    "logo_url": "https://example.com/avatars/jane-doe.jpg",
    "tags": ["hr", "engineering"],
}
REFERENCE = {
    "message": {"role": "tool", "parts": []},
    "thread": {"id": "thread_01ARZ3NDEKTSV4RRFFQ69G5FAV", "tags": ["customer-support", "priority-high"]},
    "background": False,
}


async def first_call(client, _fault):
    response = await client.create("customer_support", message=HELLO)
    same(response.output[0].parts[0].text, "I answer questions about orders.")
    assert response.usage.total_tokens > 0, response.usage


def as_reference(person):
    async def run(client, _fault):
        res = await client.create("<value>", stream=False, **{person: JANE}, **REFERENCE)
        same(res.output[0].parts[0].text, "Hello Jane Doe.")

    return run


async def printed_loop(client, res):
    """The vendor's loop, in both ways, word for word."""
    if "sync" in client.abilities:
        with res as event_stream:
            for event in event_stream:
                print(event, flush=True)
    else:
        async with res as event_stream:
            async for event in event_stream:
                print(event, flush=True)


def as_stream(person):
    async def run(client, _fault):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            await printed_loop(client, await client.create("<value>", stream=True, **{person: JANE}, **REFERENCE))
        lines = printed.getvalue().splitlines()
        assert "response.started" in lines[0], lines
        assert "response.done" in lines[-1], lines

    return run


async def loop_without_stream(client, fault):
    """The published loop stands below a request with `stream=False`, which gives a reply and no stream."""
    res = await client.create("customer_support", message=HELLO, stream=False)
    found = "no error"
    try:
        await printed_loop(client, res)
    except Exception as error:
        found = class_of(error)
    fault("the vendor's loop below stream=False, as printed", found)


CASES = [
    Case("sample: the first call to customer_support", first_call),
    Case("sample: the loop over a reply that is no stream", loop_without_stream),
    *[
        case
        for name in ("identity", "contact")
        for case in (
            Case(f"sample: the reference with {name}", as_reference(name), needs=(name,)),
            Case(f"sample: the reference with {name}, streamed", as_stream(name), needs=(name,)),
        )
    ],
]
