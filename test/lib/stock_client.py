#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Two stock clients (python-socketio) with the original project's payloads.

stock_client.py URL TOKEN_A TOKEN_B TRANSPORT: prints what they got, a JSON
object.
"""

import json
import sys
import threading

import socketio

WAIT_S = 60


class Person:
    def __init__(self, url, token, transport):
        self.events = {}
        self.came = threading.Condition()
        self.client = socketio.Client(reconnection=False)
        self.client.on("*", self.note)
        for name in (
            "authenticated",
            "message_sent",
            "message:new",
            "message:translation",
            "conversation:joined",
            "typing:start",
        ):
            self.client.on(name, self.noting(name))
        self.client.connect(
            url, auth={"authToken": token}, transports=[transport]
        )

    def noting(self, name):
        return lambda data=None: self.note(name, data)

    def note(self, name, data=None):
        with self.came:
            self.events.setdefault(name, []).append(data)
            self.came.notify_all()

    def sees(self, name):
        with self.came:
            if not self.came.wait_for(lambda: name in self.events, WAIT_S):
                raise SystemExit(f"no {name}: {self.events}")
            return self.events[name][0]

    def call(self, name, payload):
        return self.client.call(name, payload, timeout=WAIT_S)


def main():
    url, token_a, token_b, transport = sys.argv[1:]
    a, b = (Person(url, token, transport) for token in (token_a, token_b))
    a.client.emit("authenticate", {"sessionToken": token_a, "language": "fr"})
    got = {"authenticated": a.sees("authenticated")}
    b.client.emit("conversation:join", {"conversationId": "any"})
    got["joined"] = b.sees("conversation:joined")
    a.client.emit("typing:start", {"conversationId": "any"})
    got["typing"] = b.sees("typing:start")
    got["ack"] = a.call(
        "message:send",
        {
            "conversationId": "any",
            "content": "bonjour",
            "originalLanguage": "fr",
            "messageType": "text",
        },
    )
    got["sent"] = a.sees("message_sent")
    got["new"] = b.sees("message:new")
    got["translation"] = b.sees("message:translation")
    got["refused"] = a.call("message:send", {"conversationId": "nowhere"})
    for person in (a, b):
        person.client.disconnect()
    print(json.dumps(got))


main()
