import json
import os
from urllib.request import Request, urlopen

import pytest

from assistant import Assistant, TaskFailed


@pytest.fixture
def key(request):
    """A key for each test: a workspace of its own, so that tests may run at the same time (pytest-xdist)."""
    return request.node.name


def journal(key):
    """What came with this key, from the mock's control API."""
    request = Request(os.environ["ORQ_BASE_URL"] + "/__admin/requests", headers={"Authorization": "Bearer " + key})
    with urlopen(request, timeout=10) as response:
        return json.load(response)["requests"]


def test_polls_until_the_answer_is_there(key):
    assistant = Assistant(key=key)
    assert assistant.ask("Summarize the reviews") == "Three customers are happy, one is not."
    assert assistant.polls == 4


def test_tries_again_when_the_agent_is_busy(key):
    assert Assistant(key=key).ask("Translate this") == "Drie klanten zijn blij."
    assert [entry["status"] for entry in journal(key) if entry["method"] == "POST"] == [429, 200]


def test_a_task_that_fails_is_an_exception(key):
    with pytest.raises(TaskFailed):
        Assistant(key=key).ask("Look into the archive")


def test_the_environment_says_where_the_agent_is():
    # ORQ_BASE_URL and ORQ_API_KEY come from `orq-agents-mock exec`.
    assert Assistant().ask("Translate this") == "Drie klanten zijn blij."
