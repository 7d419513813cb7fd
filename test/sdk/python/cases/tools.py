import json
import re

from case import Case, error_of, same
from client import results, text_of, user

AGENT = "sdk_tools"


def ask(client):
    return client.say(AGENT, "weather")


def calls_of(reply):
    """From the parts: the oldest version knows no pending_tool_calls."""
    return [part.tool_call_id for part in reply.output[0].parts if part.kind == "tool_call"]


def answers_to(calls):
    weather, time = calls
    return results({weather: {"degrees": 21}, time: '{"hour":12}'})


async def pending(client, _fault):
    reply = await ask(client)
    weather, time = reply.pending_tool_calls
    same(reply.finish_reason, "function_call")
    same((weather.function.name, json.loads(weather.function.arguments)), ("get_weather", {"city": "Delft"}))
    same(time.id, "call_time")
    text, *calls = reply.output[0].parts
    same(text.text, "Let me ask.")
    same(
        [(call.tool_call_id, call.tool_name, call.arguments) for call in calls],
        [(weather.id, "get_weather", {"city": "Delft"}), ("call_time", "get_time", {"zone": "CET"})],
    )


async def continued(client, _fault):
    first = await ask(client)
    second = await client.create(AGENT, task_id=first.task_id, message=answers_to(calls_of(first)))
    same((text_of(second), second.task_id), ("21 degrees at 12.", first.task_id))
    assert second.id != first.id, second.id
    third = await client.say(AGENT, "and tomorrow?", task_id=first.task_id)
    same(text_of(third), "Tomorrow too.")


async def continued_stream(client, _fault):
    first = await client.stream(AGENT, message=user("weather"))
    same(first.last.data.finish_reason, "function_call")
    calls = [call.id for call in first.last.data.pending_tool_calls]
    second = await client.stream(AGENT, task_id=first.task_id, message=answers_to(calls))
    same((second.text, second.task_id), ("21 degrees at 12.", first.task_id))


async def continued_in_background(client, _fault):
    task_id = (await client.say(AGENT, "weather", background=True)).task_id
    await client.settled(AGENT, task_id)
    waiting = await client.get(AGENT, task_id)
    same((waiting.status, waiting.finish_reason), ("completed", "function_call"))
    calls = [call.id for call in waiting.pending_tool_calls]
    await client.create(AGENT, task_id=task_id, message=answers_to(calls), background=True)
    same(text_of(await client.settled(AGENT, task_id)), "21 degrees at 12.")


def refused(message, pattern):
    """The refusal of a request that must leave the task as it was: the calls can still be answered."""

    async def run(client, _fault):
        first = await ask(client)
        error = await error_of(client.create(AGENT, task_id=first.task_id, message=message(calls_of(first))))
        same(error.status_code, 400)
        assert re.search(pattern, json.loads(error.body)["message"]), error.body
        second = await client.create(AGENT, task_id=first.task_id, message=answers_to(calls_of(first)))
        same(text_of(second), "21 degrees at 12.")

    return run


async def running_task(client, _fault):
    task_id = (await client.say(AGENT, "take your time", background=True)).task_id
    error = await error_of(client.say(AGENT, "hurry", task_id=task_id))
    same((error.status_code, json.loads(error.body)["message"]), (400, "Agent execution is in progress"))
    same(text_of(await client.settled(AGENT, task_id)), "Finished.")


async def failed_task(client, _fault):
    task_id = (await client.say(AGENT, "break", background=True)).task_id
    same((await client.settled(AGENT, task_id))["status"], "failed")
    same((await error_of(client.say(AGENT, "weather", task_id=task_id))).status_code, 400)


async def strange_task(client, _fault):
    task_id = (await ask(client)).task_id
    unknown = await error_of(client.say(AGENT, "weather", task_id="01ARZ3NDEKTSV4RRFFQ69G5FAV"))
    elsewhere = await error_of(client.say("sdk_answers", "hold on", task_id=task_id))
    same([unknown.status_code, elsewhere.status_code], [404, 404])


def question(_calls):
    return user("And now?")


def half(calls):
    return results({calls[0]: {}})


def unasked(_calls):
    return results({"other": 1})


CASES = [
    Case("pending calls stand in the reply twice, with equal ids", pending, needs=("pending_tool_calls",)),
    Case("tool results continue the task, and so does the next question", continued),
    Case("a stream ends with the pending calls and goes on with their results", continued_stream),
    Case("a background task waits with its calls and goes on in background", continued_in_background, needs=("get",)),
    Case("a question while calls wait is refused", refused(question, r"call_[0-9a-z]{26}, call_time$")),
    Case("half of the results is refused", refused(half, r"call_time$")),
    Case("a result that nobody asked for is refused", refused(unasked, r"other")),
    Case("a running task cannot be continued", running_task),
    Case("a failed task cannot be continued", failed_task),
    Case("a task that is unknown, or of another agent, is a 404", strange_task),
]
