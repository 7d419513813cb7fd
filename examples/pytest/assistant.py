"""The code under test: a small client of an agent. It needs nothing but Python."""

import json
import os
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class TaskFailed(Exception):
    pass


class Assistant:
    """Asks the agent in the background and waits for the answer."""

    def __init__(self, url=None, key=None, pause=0.01):
        self.url = url or os.environ["ORQ_BASE_URL"]
        self.key = key or os.environ["ORQ_API_KEY"]
        self.pause = pause
        self.polls = 0

    def ask(self, text):
        message = {"role": "user", "parts": [{"kind": "text", "text": text}]}
        task = self._send("POST", "", {"message": message, "background": True})
        path = "/" + task["task_id"]
        while True:
            task = self._send("GET", path)
            self.polls += 1
            if task["status"] != "in_progress":
                break
            time.sleep(self.pause)
        if task["status"] == "failed":
            raise TaskFailed(task)
        return "".join(part["text"] for message in task["output"] for part in message["parts"])

    def _send(self, method, path, body=None):
        request = Request(
            self.url + "/v2/agents/assistant/responses" + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + self.key, "Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=10) as response:
                return json.load(response)
        except HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(float(error.headers["Retry-After"]))
            return self._send(method, path, body)
