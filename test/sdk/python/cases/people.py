from case import Case, same
from client import text_of

AGENT = "sdk_people"
JANE = {"id": "person_1", "display_name": "Jane Doe", "email": "jane@example.com", "tags": ["hr", "engineering"]}
JOHN = {"id": "person_2", "display_name": "John Roe"}


async def who_am_i(client, **people):
    return text_of(await client.say(AGENT, "who am I", **people))


async def identity(client, _fault):
    same(await who_am_i(client, identity=JANE), "You are Jane Doe.")


async def contact(client, _fault):
    same(await who_am_i(client, contact=JANE), "You are Jane Doe.")


async def both(client, _fault):
    same(await who_am_i(client, identity=JANE, contact=JOHN), "You are Jane Doe.")
    same(await who_am_i(client, identity=JOHN, contact=JANE), "I do not know you.")


async def everything(client, _fault):
    reply = await client.say(
        AGENT,
        "everything",
        variables={"city": "Delft"},
        metadata={"source": "suite"},
        thread={"id": "thread_1", "tags": ["urgent"]},
        memory={"entity_id": "customer_9"},
        conversation={"id": "conv_01"},
    )
    same(text_of(reply), "All of it came, also from Delft.")


async def settings(client, _fault):
    reply = await client.say(AGENT, "settings", engine="jinja", configuration={"blocking": True})
    same(text_of(reply), "Engine and configuration came.")


CASES = [
    Case("an identity reaches the agent", identity, needs=("identity",)),
    Case("a contact, the old name, reaches the agent as an identity", contact, needs=("contact",)),
    Case("of identity and contact, the identity wins", both, needs=("identity", "contact")),
    Case("variables, metadata, thread, memory and conversation reach the agent", everything),
    Case("engine and configuration reach the agent", settings, needs=("engine",)),
]
