"""What a case is, and how one is run."""

import asyncio
import traceback
from dataclasses import dataclass
from typing import Any, Awaitable, Callable

LONGEST_S = 20


@dataclass(frozen=True)
class Case:
    """`run` gets the client, and a function that compares what a fault does to this SDK with what is known of it."""

    name: str
    run: Callable[..., Awaitable[None]]
    needs: tuple[str, ...] = ()


async def run_case(case, client, client_id, known, say):
    missing = [ability for ability in case.needs if ability not in client.abilities]
    if missing:
        return {"case": case.name, "status": "not available", "why": ", ".join(missing)}

    def fault(label, found):
        say({"fault": label, "found": found})
        if known is not None:
            same(found, known.get(label, {}).get(client_id), f'"{label}" does another thing than faults.json says')

    try:
        async with client:
            await asyncio.wait_for(case.run(client, fault), LONGEST_S)
        return {"case": case.name, "status": "passed"}
    except Exception as error:
        why = " ".join(f"{class_of(error)}: {error}".split())[:300]
        return {"case": case.name, "status": "failed", "why": why, "trace": traceback.format_exc()}


def same(found: Any, expected: Any, what: str = "not the same") -> None:
    if found != expected:
        raise AssertionError(f"{what}:\n     found {found!r}\n  expected {expected!r}")


async def error_of(call: Awaitable[Any]) -> Any:
    """What a call raises; fails where it raises nothing."""
    try:
        value = await call
    except Exception as error:
        return error
    raise AssertionError(f"no error, but {value!r}")


async def outcome_of(call: Awaitable[Any]) -> str:
    """The class of an error, or `no error`: what faults.json holds."""
    try:
        await call
    except Exception as error:
        return class_of(error)
    return "no error"


def class_of(error: Exception) -> str:
    return type(error).__name__
