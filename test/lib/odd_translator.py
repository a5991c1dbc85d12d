#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A translator that misbehaves on demand, in the words of the wire protocol.

usage: odd_translator.py SUB_PORT PUB_PORT [pushpull]

Translates by upper-casing.  Reads one JSON object a line from stdin, which
replaces the behaviour: {"ignore": n} drops the next n tasks without a word,
{"refuse": n} answers "translation pool full" to the next n, {"reject": "x"}
answers the error x to every task, {"mute": true}
accepts and never answers, {"times": k} sends every result k times, {"fail":
["xx"]} reports an error for these languages, {"bracket": true} answers as the
original project's failures look, {"garbage": true} sends junk frames around
every result, {"stranger": true} makes up task ids and does not echo revisions,
{"deaf": true} does not answer pings, {"hold": true} accepts and keeps tasks
back, {"release": n} answers the n oldest of these, {"lose": n}
never sends the next n results, {"session": "x"} says which run of it this is,
{"result": {...}}, {"event": {...}} and {"pong": {...}} put these fields into
every result, the event around it and every pong, {"frame": n} sends a frame of n
bytes.  Writes every task it gets as a JSON line
to stdout.
"""
import json
import select
import sys
import time
import uuid

import zmq

GARBAGE = [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"type":7}', b"[" * 5000,
           b'{"type":"translation_completed"}',
           b'{"type":"translation_completed","result":{"messageId":7}}',
           b'{"type":"translation_error"}', b'{"type":"from_the_future"}']


def result(task, language, text, how):
    stranger = how.get("stranger")
    body = {"messageId": task["messageId"], "translatedText": text,
            "sourceLanguage": task["sourceLanguage"],
            "targetLanguage": language, "confidenceScore": 0.9,
            "processingTime": 0.001, "modelType": "odd",
            "poolType": "normal", "workerName": "odd_worker_1"}
    if not stranger:
        body["revision"] = task.get("revision", 1)
    body.update(how.get("result", {}))
    return {"type": "translation_completed", "targetLanguage": language,
            "taskId": str(uuid.uuid4()) if stranger else task["taskId"],
            "result": body, "timestamp": time.time(), **how.get("event", {})}


def about(task, kind, **more):
    return {"type": kind, "taskId": task["taskId"],
            "messageId": task["messageId"],
            "conversationId": task["conversationId"], **more}


def answers(task, how, held):
    if how.get("ignore", 0) > 0:
        how["ignore"] -= 1
        return
    if how.get("refuse", 0) > 0:
        how["refuse"] -= 1
        yield about(task, "translation_error", error="translation pool full")
        return
    if how.get("reject"):
        yield about(task, "translation_error", error=how["reject"])
        return
    if not how.get("stranger"):
        yield about(task, "translation_accepted", poolType="normal")
    if how.get("mute"):
        return
    if how.get("hold"):
        if all(t["taskId"] != task["taskId"] for t in held):
            held.append(task)
        return
    yield from results(task, how)


def results(task, how):
    for language in task["targetLanguages"]:
        text = task["text"].upper()
        if language in how.get("fail", []):
            yield about(task, "translation_error", targetLanguage=language,
                        error="unsupported language pair")
            continue
        answer = result(task, language, text, how)
        if how.get("bracket"):
            answer["result"].update(confidenceScore=0.1, modelType="fallback",
                                    translatedText="[EN] " + task["text"])
        if how.get("lose", 0) > 0:
            how["lose"] -= 1
            continue
        for _ in range(how.get("times", 1)):
            yield answer


def main():
    context = zmq.Context()
    pushed = sys.argv[3:] == ["pushpull"]
    sub = context.socket(zmq.PULL if pushed else zmq.SUB)
    pub = context.socket(zmq.PUB)
    sub.bind(f"tcp://127.0.0.1:{sys.argv[1]}")
    pub.bind(f"tcp://127.0.0.1:{sys.argv[2]}")
    if not pushed:
        sub.setsockopt(zmq.SUBSCRIBE, b"")
    poller = zmq.Poller()
    poller.register(sub, zmq.POLLIN)
    poller.register(sys.stdin, zmq.POLLIN)
    how, held = {}, []
    print("ready", flush=True)
    while True:
        ready = dict(poller.poll())
        if sys.stdin.fileno() in ready:
            line = sys.stdin.readline()
            if not line:
                return
            how = json.loads(line)
            for task in held[:how.get("release", 0)]:
                for answer in results(task, how):
                    pub.send_json(answer)
            del held[:how.get("release", 0)]
            if "frame" in how:
                pub.send(b"x" * how["frame"])
            print("heard", flush=True)
        if sub not in ready:
            continue
        message = json.loads(sub.recv())
        if message.get("type") == "ping":
            if not how.get("deaf"):
                pong = {"type": "pong", "timestamp": time.time(),
                        "translator_status": "alive"}
                if "session" in how:
                    pong["sessionId"] = how["session"]
                pong.update(how.get("pong", {}))
                pub.send_json(pong)
            continue
        print(json.dumps(message), flush=True)
        for answer in answers(message, how, held):
            for junk in GARBAGE if how.get("garbage") else []:
                pub.send(junk)
            pub.send_json(answer)


main()
