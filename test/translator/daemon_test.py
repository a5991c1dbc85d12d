#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The translator as a program, seen by a stock ZeroMQ script that plays the
gateway.  daemon_test.py PROGRAM prints TAP."""
import atexit
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

try:
    import zmq
except ImportError:
    print("1..0 # SKIP python3-zmq is not installed")
    sys.exit(0)

PROGRAM = sys.argv[1]
MANUAL = os.path.join(os.path.dirname(__file__),
                      "../../man/meeshy-translator.1")
MODES = "/usr/share/apertium/modes"
PATIENCE_S = 30
TOKEN = "a token for this test"
STOP_S_MAX = 5


class Skip(Exception):
    pass


class Daemon:
    """One meeshy-translator; its ports stay the same over restarts."""

    def __init__(self, **settings):
        self.settings = {
            "ENGINE": "echo", "HTTP_PORT": "0", "ZMQ_SUB_PORT": "0",
            "ZMQ_PUB_PORT": "0", "MEMORY": "", **settings,
        }
        self.start()

    def start(self):
        env = {"TRANSLATOR_" + k: v for k, v in self.settings.items()}
        for name in ("PATH", "HOME", "ASAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        self.process = subprocess.Popen(
            [PROGRAM], env=env, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r" ready sub=(\d+) pub=(\d+) http=(\d+)",
                              line)
            if found:
                self.settings["ZMQ_SUB_PORT"] = found[1]
                self.settings["ZMQ_PUB_PORT"] = found[2]
                self.settings["HTTP_PORT"] = found[3]
                return
        raise AssertionError("the translator did not get ready")

    def stop(self):
        """SIGTERM; returns how long it took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE_S)
        assert self.process.returncode == 0, self.process.returncode
        return time.monotonic() - begin

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def get(self, path):
        """Status and JSON body; path may be a whole request."""
        request = path
        if isinstance(path, str):
            request = f"http://127.0.0.1:{self.settings['HTTP_PORT']}{path}"
        try:
            with urllib.request.urlopen(
                    request, timeout=PATIENCE_S) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def post(self, path, body, token=None):
        """Status and JSON body."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        return self.get(urllib.request.Request(
            f"http://127.0.0.1:{self.settings['HTTP_PORT']}{path}",
            data=body.encode(), headers=headers))

    def pool(self, name):
        return self.get("/health")[1]["pools"][name]

    def children(self):
        pids = []
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            path = f"/proc/{self.process.pid}/task/{task}/children"
            with open(path, encoding="ascii") as f:
                pids += [int(pid) for pid in f.read().split()]
        return pids


class Gateway:
    """At the ports, or in a directory."""

    def __init__(self, daemon, push=False, directory=None):
        self.heard = []  # and not yet expected: answers race each other
        self.context = zmq.Context()
        self.out = self.context.socket(zmq.PUSH if push else zmq.PUB)
        self.inn = self.context.socket(zmq.SUB)
        for s in (self.out, self.inn):
            s.setsockopt(zmq.LINGER, 0)
        self.inn.setsockopt_string(zmq.SUBSCRIBE, "")
        host = "tcp://127.0.0.1:"
        if directory:
            self.out.connect(f"ipc://{directory}/tasks")
            self.inn.connect(f"ipc://{directory}/events")
        else:
            self.out.connect(host + daemon.settings["ZMQ_SUB_PORT"])
            self.inn.connect(host + daemon.settings["ZMQ_PUB_PORT"])
        self.meet()

    def close(self):
        self.context.destroy()

    def send(self, message):
        self.out.send_string(json.dumps(message))

    def receive(self, wait_ms):
        if not self.inn.poll(wait_ms):
            return None
        frames = self.inn.recv_multipart()
        assert len(frames) == 1
        return json.loads(frames[0].decode("utf-8"))

    def meet(self):
        """Ping until both ways are open."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self.send({"type": "ping", "timestamp": int(time.time() * 1000)})
            event = self.receive(50)
            while event and event["type"] != "pong":
                event = self.receive(50)
            if event:
                return event
        raise AssertionError("no pong")

    def expect(self, **fields):
        """The first event, heard or to come, with these fields."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for event in self.heard:
                if all(event.get(k) == v for k, v in fields.items()):
                    self.heard.remove(event)
                    return event
            event = self.receive(100)
            if event:
                self.heard.append(event)
        raise AssertionError(f"no event with {fields} among {self.heard}")


def task(number, text="Hello", targets=("es",), source="en", **more):
    return {
        "taskId": f"task-{number}", "messageId": f"message-{number}",
        "text": text, "sourceLanguage": source,
        "targetLanguages": list(targets), "conversationId": "any",
        "modelType": "medium", "timestamp": int(time.time() * 1000), **more,
    }


RESULT = {
    "messageId": str, "translatedText": str, "sourceLanguage": str,
    "targetLanguage": str, "confidenceScore": float, "processingTime": float,
    "modelType": str, "workerName": str, "translatorModel": str,
    "workerId": str, "poolType": str, "translationTime": float,
    "queueTime": float, "memoryUsage": float, "cpuUsage": float,
    "timestamp": float, "version": str, "revision": int,
}
METADATA = ("translatorVersion", "modelVersion", "processingNode",
            "sessionId", "requestId", "protocol", "encoding")


def a_stock_gateway_finds_every_field_with_its_type(daemon, gateway):
    gateway.send(task(1, text="Héllo 😀", targets=["es", "ca"]))
    accepted = gateway.expect(type="translation_accepted", taskId="task-1")
    assert accepted["poolType"] == "any", accepted
    seen = {}
    for _ in range(2):
        event = gateway.expect(type="translation_completed", taskId="task-1")
        seen[event["targetLanguage"]] = event
        assert isinstance(event["timestamp"], float)
        for name, kind in RESULT.items():
            assert type(event["result"][name]) is kind, name
        for name in METADATA:
            assert isinstance(event["metadata"][name], str), name
    result = seen["es"]["result"]
    assert result["translatedText"] == "[es] Héllo 😀", result
    assert result["messageId"] == "message-1"
    assert result["memoryUsage"] > 0 and result["version"] == "1.0.0"
    assert re.fullmatch(r"any_worker_\d+", result["workerName"])
    for event in seen.values():
        result, metadata = event["result"], event["metadata"]
        assert result["targetLanguage"] == event["targetLanguage"]
        assert result["sourceLanguage"] == "en" and result["poolType"] == "any"
        assert result["translatorModel"] == result["modelType"]
        assert result["workerId"] == result["workerName"]
        assert result["translationTime"] == result["processingTime"]
        assert 0 <= result["confidenceScore"] <= 1
        assert 0 <= result["queueTime"] < PATIENCE_S  # seconds
        assert abs(result["timestamp"] - time.time()) < PATIENCE_S
        assert metadata["requestId"] == "task-1"
        assert metadata["modelVersion"] == result["modelType"]
        assert metadata["translatorVersion"] == "1.0.0"
        assert metadata["protocol"] == "ZMQ_PUB_SUB"
        assert metadata["encoding"] == "UTF-8"


def a_result_says_whether_it_was_translated_before(daemon, gateway):
    for number, cached in enumerate((False, True)):
        gateway.send(task(number, text="Again"))
        event = gateway.expect(type="translation_completed",
                               taskId=f"task-{number}")
        assert event["result"]["cached"] is cached, event


def a_failed_language_is_an_error_and_a_result_without_a_text(
        daemon, gateway):
    cases = {
        "pair": ({"targets": ["xx", "es"]}, ["xx"], "unsupported"),
        "long": ({"text": "a" * 70000, "targets": ["es", "ca"]},
                 ["es", "ca"], "text too long"),
        "bad": ({"text": 5, "targets": ["es"]}, ["es"], "text missing"),
    }
    for number, (more, failing, why) in cases.items():
        gateway.send(task(number, **more))
        for target in failing:
            error = gateway.expect(type="translation_error",
                                   taskId=f"task-{number}",
                                   targetLanguage=target)
            event = gateway.expect(type="translation_completed",
                                   taskId=f"task-{number}",
                                   targetLanguage=target)
            result = event["result"]
            assert why in result["error"], result
            assert error["error"] == result["error"], error
            assert error["messageId"] == f"message-{number}"
            assert error["conversationId"] == "any", error
            assert result["translatedText"] is None, result
            assert result["confidenceScore"] == 0.0
            for name, kind in RESULT.items():
                if name != "translatedText":
                    assert type(result[name]) is kind, name
            for name in METADATA:
                assert isinstance(event["metadata"][name], str), name
    ready = gateway.expect(type="translation_completed", taskId="task-pair")
    assert "error" not in ready["result"], ready


def every_task_of_both_pools_is_answered_in_every_language(daemon, gateway):
    tasks, targets = 800, ("es", "ca")  # below the high-water mark
    for i in range(tasks):
        room = "any" if i % 2 else f"room-{i % 7}"
        gateway.send(task(i, text=f"Hello {i}", targets=targets,
                          conversationId=room))
    seen, deadline = set(), time.monotonic() + PATIENCE_S
    while len(seen) < tasks * len(targets) and time.monotonic() < deadline:
        event = gateway.receive(100)
        if not event or event["type"] != "translation_completed":
            assert not event or event["type"] == "translation_accepted", event
            continue
        number = int(event["taskId"].removeprefix("task-"))
        result = event["result"]
        pool = "any" if number % 2 else "normal"
        assert result["messageId"] == f"message-{number}"
        assert result["poolType"] == pool
        assert re.fullmatch(rf"{pool}_worker_\d+", result["workerName"])
        assert result["translatedText"].endswith(f"Hello {number}"), result
        key = number, event["targetLanguage"]
        assert key not in seen, key
        seen.add(key)
    assert len(seen) == tasks * len(targets), len(seen)
    extra = gateway.receive(100)
    assert not extra or extra["type"] != "translation_completed", extra


def a_full_pool_says_so_and_leaves_the_other_alone(daemon, gateway):
    deadline = time.monotonic() + PATIENCE_S
    number, error = 0, None
    while not error and time.monotonic() < deadline:
        for _ in range(50):
            number += 1
            gateway.send(task(number, text="Hello. " * 500,
                              conversationId="room"))
        event = gateway.receive(0)
        while event and not error:
            error = event if event["type"] == "translation_error" else None
            event = gateway.receive(0)
    assert error["error"] == "translation pool full", error
    assert error["conversationId"] == "room", error
    of = error["taskId"].removeprefix("task-")
    assert error["messageId"] == f"message-{of}", error
    gateway.send(task("last"))
    gateway.expect(type="translation_completed", taskId="task-last")
    for line in daemon.process.stderr:
        if "translation pool full pool=normal refused=" in line:
            break
    else:
        raise AssertionError("the log does not say it")


def each_pool_grows_and_shrinks_while_the_other_has_traffic(daemon, gateway):
    number = 0

    def say(conversation, text, times=1):
        nonlocal number
        for _ in range(times):
            number += 1
            gateway.send(task(number, text=f"{text} {number}",
                              conversationId=conversation))

    for name, flooded, other in (("normal", "room", "any"),
                                 ("any", "any", "room")):
        least = most = daemon.pool(name)["workers"]
        deadline = time.monotonic() + 2 * PATIENCE_S
        while most == least and time.monotonic() < deadline:
            say(other, "Hello")
            pool = daemon.pool(name)
            most = max(most, pool["workers"])
            if pool["queued"] < 500:
                say(flooded, "Hello. " * 500, 50)
            while gateway.receive(0):
                pass
        assert most > least, (name, most)
        # What is queued has to be done first, which sanitizers make slow.
        deadline = time.monotonic() + 4 * PATIENCE_S
        while most > least and time.monotonic() < deadline:
            say(other, "Hello")
            most = daemon.pool(name)["workers"]
            while gateway.receive(10):
                pass
        assert most == least, (name, most)
    events = daemon.get("/stats")[1]["scaling_events"]
    steps = {(e["pool"], e["to"] - e["from"]) for e in events}
    assert {("normal", 5), ("any", 3), ("normal", -2), ("any", -1)} <= steps, \
        events


def a_pong_has_the_fields_of_the_original(daemon, gateway):
    pong = gateway.meet()
    assert pong["translator_status"] == "alive"
    assert str(pong["translator_port_pub"]) == daemon.settings["ZMQ_PUB_PORT"]
    assert str(pong["translator_port_pull"]) == daemon.settings["ZMQ_SUB_PORT"]
    assert isinstance(pong["timestamp"], float)


def a_killed_translator_serves_the_same_gateway_when_it_is_back(
        daemon, gateway):
    gateway.send(task(1))
    gateway.expect(type="translation_completed", taskId="task-1")
    before = gateway.meet()["sessionId"]
    daemon.kill()
    daemon.start()
    assert gateway.meet()["sessionId"] != before
    gateway.send(task(2))
    gateway.expect(type="translation_completed", taskId="task-2")


def garbage_of_every_size_leaves_it_standing(daemon, gateway):
    deep = b'{"messageId":"m","text":' + b"[" * 50000
    for frame in (b"", b"\x00\xff", b"null", b"[]", b'{"messageId":', deep,
                  b'{"type":{}}', b'"' + b"x" * 600000 + b'"'):
        gateway.out.send(frame)
    gateway.out.send_multipart([b"{}", b"second frame"])
    gateway.send({"messageId": "m", "targetLanguages": ["es"], "text": 5,
                  "taskId": "bad"})
    event = gateway.expect(type="translation_error", taskId="bad")
    assert event["messageId"] == "m" and event["error"]
    stranger = Gateway(daemon)
    stranger.out.send(b"x" * (5 << 20))  # its connection is closed
    gateway.send(task(3))
    gateway.expect(type="translation_completed", taskId="task-3")
    stranger.close()


def it_stops_soon_and_well(daemon, gateway):
    assert daemon.stop() < STOP_S_MAX


def http_tells_health_statistics_and_languages(daemon, gateway):
    gateway.send(task(1, targets=["es", "xx"]))
    gateway.expect(type="translation_completed", taskId="task-1")
    gateway.expect(type="translation_error", taskId="task-1")
    status, health = daemon.get("/health")
    assert (status, health["status"]) == (200, "healthy"), health
    assert health["uptime_seconds"] > 0 and health["version"]
    assert health["pools"]["any"]["workers"] == 10
    assert daemon.get("/live")[1]["status"] == "alive"
    assert daemon.get("/ready")[0] == 200
    deadline = time.monotonic() + PATIENCE_S
    stats = daemon.get("/stats")[1]
    while not stats["tasks_processed"] and time.monotonic() < deadline:
        stats = daemon.get("/stats")[1]  # counted just after it is published
    assert stats["tasks_processed"] == stats["tasks_failed"] == 1, stats
    assert stats["translations_completed"] == 1, stats
    assert stats["avg_processing_time"] >= 0 and stats["uptime_seconds"] > 0
    assert stats["pools"]["any"]["wait_ms"]["count"] == 1, stats
    assert stats["pools"]["normal"]["wait_ms"]["count"] == 0, stats
    english = [x for x in daemon.get("/languages")[1] if x["code"] == "en"]
    assert english[0]["name"] == "English" and "es" in english[0]["targets"]
    assert daemon.get("/nothing")[0] == 404


def without_a_language_it_is_not_ready_but_answers(daemon, gateway):
    assert daemon.get("/ready")[0] == 503
    assert daemon.get("/health")[1]["status"] == "degraded"
    assert daemon.get("/languages") == (200, [])
    gateway.send(task(1))
    error = gateway.expect(type="translation_error", taskId="task-1")
    assert error["error"] == "unsupported language pair en-es"


def apertium_translates_and_leaves_no_process_behind(daemon, gateway):
    gateway.send(task(1, text="I have a red car.\nWhere is it?"))
    event = gateway.expect(type="translation_completed", taskId="task-1")
    lines = event["result"]["translatedText"].split("\n")
    assert len(lines) == 2 and "coche rojo" in lines[0], lines
    assert event["result"]["modelType"].startswith("apertium:en-es")
    children = daemon.children()
    assert children
    assert daemon.stop() < STOP_S_MAX
    for pid in children:
        assert not os.path.exists(f"/proc/{pid}"), pid


def what_is_asked_for_in_the_directory_stays_there(daemon, gateway):
    directory = daemon.settings["ZMQ_DIR"]
    for name in ("tasks", "events"):
        mode = os.stat(f"{directory}/{name}").st_mode
        assert stat.S_IMODE(mode) == 0o600, oct(mode)
    inside = Gateway(daemon, directory=directory)
    try:
        inside.send(task("inside", text="secret", conversationId="room"))
        event = inside.expect(type="translation_completed",
                              taskId="task-inside")
        assert event["result"]["translatedText"] == "[es] secret"
        # A newer revision from elsewhere cancels nothing here.
        gateway.send(task("outside", text="evil", conversationId="room",
                          messageId="message-inside", revision=999))
        event = gateway.expect(type="translation_completed",
                               taskId="task-outside")
        inside.send(task("again", text="secret", conversationId="room",
                         messageId="message-inside"))
        inside.expect(type="translation_completed", taskId="task-again")
        assert not any("inside" in str(e) or "again" in str(e)
                       for e in gateway.heard if e.get("taskId") !=
                       "task-outside"), gateway.heard
    finally:
        inside.close()


def many_subscriptions_are_all_forgotten(daemon, gateway):
    crowd = gateway.context.socket(zmq.SUB)
    crowd.setsockopt(zmq.LINGER, 0)
    crowd.setsockopt(zmq.SNDHWM, 0)
    crowd.connect("tcp://127.0.0.1:" + daemon.settings["ZMQ_PUB_PORT"])
    for i in range(3000):
        crowd.setsockopt_string(zmq.SUBSCRIBE, f"topic {i} " + "x" * 20)
    for line in daemon.process.stderr:
        if "everybody is to subscribe again" in line:
            break
    crowd.close()
    gateway.meet()  # who subscribes decently is back
    gateway.send(task(1))
    gateway.expect(type="translation_completed", taskId="task-1")


def statistics_count_the_engines_programs(daemon, gateway):
    gateway.send(task(1, text="a white house"))
    gateway.expect(type="translation_completed", taskId="task-1")
    children = 0
    for pid in daemon.children():
        with open(f"/proc/{pid}/statm", encoding="ascii") as f:
            size, resident, shared = f.read().split()[:3]
        children += (int(resident) - int(shared)) * 4096 / 2**20
    assert children > 10, children
    deadline = time.monotonic() + PATIENCE_S
    while (daemon.get("/stats")[1]["memory_usage_mb"] < children and
           time.monotonic() < deadline):
        time.sleep(0.05)
    assert daemon.get("/stats")[1]["memory_usage_mb"] >= children


def without_an_admin_token_nothing_can_be_changed(daemon, gateway):
    for token in (None, "", "0123456789abcdef"):
        assert daemon.post("/admin/pools", "{}", token)[0] == 404
    assert daemon.post("/admin/restart_workers", "", "x")[0] == 404


def an_admin_resizes_and_restarts_without_losing_a_task(daemon, gateway):
    assert daemon.post("/admin/pools", "{}")[0] == 401
    assert daemon.post("/admin/pools", "{}", TOKEN + "x")[0] == 401
    assert daemon.post("/admin/pools", '{"workers":5}', TOKEN)[0] == 400
    assert daemon.post("/admin/else", "", TOKEN)[0] == 404
    assert daemon.pool("any")["workers"] == 10
    for i in range(100):
        gateway.send(task(i))
        if i % 20 == 0:
            status, sizes = daemon.post("/admin/pools", json.dumps({
                "any_workers": i // 20 + 1, "normal_pool_size": 77}), TOKEN)
            assert status == 200 and sizes["any_workers"] == i // 20 + 1
            assert daemon.post("/admin/restart_workers", "", TOKEN)[0] == 200
    for i in range(100):
        gateway.expect(type="translation_completed", taskId=f"task-{i}")
    assert daemon.pool("any")["workers"] == 5
    assert daemon.pool("normal")["capacity"] == 77


def a_hangup_reads_the_settings_again(daemon, gateway):
    def rewrite(text, said, workers, capacity):
        with open(daemon.settings["CONFIG"], "w", encoding="ascii") as f:
            f.write(text)
        daemon.process.send_signal(signal.SIGHUP)
        for line in daemon.process.stderr:
            if " settings " in line:
                break
        assert said in line, line
        pool = daemon.pool("any")
        assert (pool["workers"], pool["capacity"]) == (workers, capacity)

    rewrite("ANY_WORKERS=3\nANY_POOL_SIZE=9\n", " read again ", 3, 9)
    rewrite("ANY_WORKERS=none\nANY_POOL_SIZE=8\n", " not read again ", 3, 9)
    rewrite("ANY_POOL_SIZE=7\n", " read again ", 10, 7)
    gateway.send(task(1))
    gateway.expect(type="translation_completed", taskId="task-1")


def the_manual_has_every_setting(daemon, gateway):
    usage = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True,
                           check=True).stdout
    flags = re.findall(r"^  --(\S+) ", usage, re.MULTILINE)
    with open(MANUAL, encoding="ascii") as f:
        lines = re.findall(r"^\.It Ev (.+)$", f.read(), re.MULTILINE)
    told = [name for line in lines for name in line.split(" , ")]
    names = [flag.upper().replace("-", "_") for flag in flags]
    assert names and sorted(told) == sorted(names), set(told) ^ set(names)


def a_file():
    handle, path = tempfile.mkstemp(prefix="meeshy-translator-")
    os.close(handle)
    atexit.register(os.unlink, path)
    return path


def killed_pipelines_leave_no_task_unanswered(daemon, gateway):
    """Each ends ready or failed with a reason, exactly once."""
    tasks, answers = 300, {}

    def listen(wait_ms):
        event = gateway.receive(wait_ms)
        if event and event["type"] != "translation_accepted":
            assert event["type"] in ("translation_completed",
                                     "translation_error"), event
            assert event["type"] != "translation_error" or event["error"]
            if "error" not in event.get("result", {}):
                answers.setdefault(event["taskId"], []).append(event["type"])
        return event

    for i in range(tasks):
        gateway.send(task(i, text=f"I have {i} red cars."))
        if i % 60 == 30:
            while len(answers) < i // 2:
                assert listen(PATIENCE_S * 1000), "it went silent"
            for pid in daemon.children():
                os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while len(answers) < tasks and time.monotonic() < deadline:
        listen(100)
    assert len(answers) == tasks, len(answers)
    assert all(len(types) == 1 for types in answers.values())
    done = [a for a in answers.values() if a == ["translation_completed"]]
    assert len(done) > tasks / 2, len(done)


def need_apertium():
    if not os.path.exists(f"{MODES}/eng-spa.mode"):
        raise Skip("apertium-eng-spa is not installed")
    return Daemon(ENGINE="apertium")


def pushpull():
    return Daemon(ZMQ_PATTERN="pushpull")


def in_a_directory():
    directory = tempfile.mkdtemp(prefix="meeshy-zmq-")
    atexit.register(shutil.rmtree, directory, True)
    return Daemon(ZMQ_DIR=directory + "/zmq")


def tiny_pool():
    return Daemon(NORMAL_POOL_SIZE="1", NORMAL_WORKERS="1",
                  MAX_NORMAL_WORKERS="1")


TESTS = [
    (a_stock_gateway_finds_every_field_with_its_type, Daemon, False),
    (a_result_says_whether_it_was_translated_before, Daemon, False),
    (a_failed_language_is_an_error_and_a_result_without_a_text, Daemon,
     False),
    (a_pong_has_the_fields_of_the_original, Daemon, False),
    (a_killed_translator_serves_the_same_gateway_when_it_is_back, Daemon,
     False),
    (garbage_of_every_size_leaves_it_standing, Daemon, False),
    (it_stops_soon_and_well, Daemon, False),
    (the_manual_has_every_setting, Daemon, False),
    (http_tells_health_statistics_and_languages, Daemon, False),
    (without_a_language_it_is_not_ready_but_answers,
     lambda: Daemon(ENGINE="apertium", APERTIUM_MODES="/nowhere"), False),
    (a_stock_gateway_finds_every_field_with_its_type, pushpull, True),
    (every_task_of_both_pools_is_answered_in_every_language, Daemon, False),
    (every_task_of_both_pools_is_answered_in_every_language, pushpull, True),
    (a_full_pool_says_so_and_leaves_the_other_alone, tiny_pool, False),
    (each_pool_grows_and_shrinks_while_the_other_has_traffic,
     lambda: Daemon(SCALING_CHECK_INTERVAL="1", CACHE_BYTES="0",
                    NORMAL_WORKERS="6", MAX_NORMAL_WORKERS="11",
                    ANY_WORKERS="4", MAX_ANY_WORKERS="7"), False),
    (without_an_admin_token_nothing_can_be_changed, Daemon, False),
    (an_admin_resizes_and_restarts_without_losing_a_task,
     lambda: Daemon(ADMIN_TOKEN=TOKEN), False),
    (a_hangup_reads_the_settings_again, lambda: Daemon(CONFIG=a_file()),
     False),
    (apertium_translates_and_leaves_no_process_behind, need_apertium, False),
    (what_is_asked_for_in_the_directory_stays_there, in_a_directory, False),
    (many_subscriptions_are_all_forgotten, Daemon, False),
    (statistics_count_the_engines_programs, need_apertium, False),
    (killed_pipelines_leave_no_task_unanswered, need_apertium, False),
]


def run(number, test, make_daemon, push):
    daemon = gateway = None
    name = test.__name__ + ("_pushed" if push else "")
    try:
        daemon = make_daemon()
        gateway = Gateway(daemon, push)
        test(daemon, gateway)
        if daemon.process.poll() is None:
            daemon.stop()  # also tells what a sanitizer found
        print(f"ok {number} - {name}", flush=True)
        return True
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        return True
    except Exception:  # any failure is a failed test, the next one goes on
        for line in traceback.format_exc().splitlines():
            print("#", line)
        print(f"not ok {number} - {name}", flush=True)
        return False
    finally:
        if gateway:
            gateway.close()
        if daemon:
            daemon.kill()


if __name__ == "__main__":
    # A test runner that loses patience: leave no daemon behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results = [run(i + 1, *t) for i, t in enumerate(TESTS)]
    print(f"1..{len(results)}")
    sys.exit(not all(results))
