# SPDX-License-Identifier: ISC
"""Messages full of what must not be translated, and a stock script that plays
the gateway: what spans_test.py and spans_full.py share."""
import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request

import zmq

MODES = "/usr/share/apertium/modes"
PATIENCE_S = 120
ATTEMPTS_MAX = 3  # as a gateway asks again for what failed
# Refused by the quality gate, of all: what is generated is no fluent prose.
REFUSED_MAX = 0.02

# A few plain sentences in the languages that Apertium reads.
SENTENCES = {
    "af": "ek sien die groot huis môre|ons drink koffie in die stad",
    "an": "ixe can ye muito gran|o mío chirmán vive en a ciudat",
    "ast": "la casa ye grande y guapa|el mio hermanu vive na ciudá",
    "bg": "голямата къща е на хълма|пием кафе в града утре",
    "br": "an ti bras a zo war ar menez|me a wel ar gêr bemdez",
    "bs": "velika kuća je na brdu|pijemo kafu u gradu sutra",
    "ca": "la casa gran és al turó|demà prenem cafè a la ciutat",
    "da": "det store hus ligger på bakken|vi drikker kaffe i byen",
    "de": "das große Haus steht auf dem Hügel|wir trinken Kaffee in der Stadt",
    "en": "the big house stands on the hill|we drink coffee in town",
    "eo": "la granda domo staras sur la monto|ni trinkas kafon en la urbo",
    "es": "la casa grande está en la colina|mañana tomamos café en la ciudad",
    "eu": "etxe handia mendian dago|bihar kafea hartuko dugu hirian",
    "fr": "la grande maison est sur la colline|nous buvons un café en ville",
    "frp": "la granda mêson est sur la colena|nos bêvens un câfè en vela",
    "gl": "a casa grande está no outeiro|mañá tomamos café na cidade",
    "hi": "बड़ा घर पहाड़ी पर है|हम शहर में चाय पीते हैं",
    "hr": "velika kuća je na brdu|pijemo kavu u gradu sutra",
    "id": "rumah besar itu ada di bukit|kami minum kopi di kota",
    "is": "stóra húsið er á hæðinni|við drekkum kaffi í bænum",
    "it": "la casa grande è sulla collina|domani beviamo un caffè in città",
    "mk": "големата куќа е на ридот|утре пиеме кафе во градот",
    "ms": "rumah besar itu di atas bukit|kami minum kopi di bandar",
    "nb": "det store huset ligger på bakken|vi drikker kaffe i byen",
    "nl": "het grote huis staat op de heuvel|wij drinken koffie in de stad",
    "nn": "det store huset ligg på bakken|vi drikk kaffi i byen",
    "oc": "l'ostal grand es sul tuc|deman bevèm un cafè en vila",
    "pt": "a casa grande fica na colina|amanhã tomamos café na cidade",
    "ro": "casa mare este pe deal|mâine bem cafea în oraș",
    "sc": "sa domo manna est in su monte|cras buffamus cafè in tzitade",
    "sh": "velika kuća je na brdu|pijemo kafu u gradu sutra",
    "sl": "velika hiša stoji na hribu|jutri pijemo kavo v mestu",
    "sr": "velika kuća je na brdu|pijemo kafu u gradu sutra",
    "sv": "det stora huset ligger på kullen|vi dricker kaffe i staden",
    "ur": "بڑا گھر پہاڑی پر ہے|ہم شہر میں چائے پیتے ہیں",
}
EMOJI = ["😀", "🎉", "❤️", "👍🏽", "👩‍👩‍👧‍👦", "🇫🇷", "🏳️‍🌈", "☕",
         "🤷🏻‍♀️", "1️⃣", "©️", "🧑‍💻", "🚀", "😂😂", ":tada:", ";-)"]
UNITS = ["km", "€", "%", "kg", "°C", "km/h", "GB", "ms"]


def span(r):
    """Something that must not be touched."""
    n = r.randrange(2, 99999)
    return r.choice([
        lambda: f"@user_{n}",
        lambda: f"@jean.d{n}",
        lambda: f"#tag{n}",
        lambda: f"https://example.org/a/{n}?q=the+house&x={n}#top",
        lambda: f"www.example.com/house/{n}",
        lambda: f"bob{n}@mail.example.org",
        lambda: f"`house += {n}; // the hill`",
        lambda: f"{{name{n}}}",
        lambda: r.choice(["%s", "%d", "{{user}}", "{0}"]),
        lambda: r.choice(EMOJI),
        lambda: f"{n} {r.choice(UNITS)}",
        lambda: f"{n % 24}:{n % 50 + 10}",
        lambda: f"{n // 100 + 1}.{n % 100:02}",
        lambda: f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}",
        lambda: f"file_{n}.tar.gz",
        lambda: f"v1.{n % 90}.{n % 7}",
    ])()


class Message:
    """A text, and how often each span stands in it."""

    def __init__(self, r, source, number):
        self.source = source
        self.number = number
        spans, lines = [], []
        for _ in range(r.choice([1, 1, 1, 2, 3])):
            lines.append(self.line(r, spans))
        if r.random() < 0.1:
            code = f"```c\nint house = {number};  // the hill\n```"
            spans.append(code)
            lines.append(code)
        self.text = "\n".join(lines)
        self.spans = {s: self.text.count(s) for s in set(spans)}

    def line(self, r, spans):
        words = r.choice(SENTENCES[self.source].split("|")).split()
        if r.random() < 0.3:  # Markdown around a word
            k = r.randrange(len(words))
            mark = r.choice(["**", "*", "_", "~~"])
            words[k] = mark + words[k] + mark
        if r.random() < 0.15:
            k = r.randrange(len(words))
            url = f"](https://example.org/{r.randrange(99999)})"
            words[k] = "[" + words[k] + url
            spans.append(url)
        for _ in range(r.choice([1, 1, 2, 3, 4])):
            s = span(r)
            spans.append(s)
            around = r.choice(["{}", "{}", "{}", "{},", "({})", '"{}"'])
            words.insert(r.randrange(len(words) + 1), around.replace("{}", s))
        prefix = r.choice(["", "", "", "", "- ", "> ", "# ", "1. "])
        return prefix + " ".join(words) + r.choice(["", ".", "!", "?", "..."])

    def damage(self, translation):
        """What is wrong with the translation, or None.  Other languages have
        other marks in figures: "3.5", "3,5"; "9:30", "9 h 30"."""
        def plain(text):
            return re.sub(r"(?<=\d) ?[.,:h] ?(?=\d)", ".", text)

        came = plain(translation)
        for s, n in self.spans.items():
            if came.count(plain(s)) != n:
                return f"{s!r} {n} times, came {came.count(plain(s))} times"
        for mark in ("**", "~~", "\n", "```"):
            if translation.count(mark) != self.text.count(mark):
                return f"the marks {mark!r}"
        if re.search("[\ue000-\uf8ff]", translation):
            return "a stand-in was left"
        left = set(re.findall(r"\d{5}", translation))
        if left - set(re.findall(r"\d{5}", self.text)):
            return "a number that was not there"
        return None


class Translator:
    """The program PROGRAM on ports of its own, until stop()."""

    def __init__(self, program):
        self.log = tempfile.TemporaryFile(mode="w+")
        env = {"TRANSLATOR_HTTP_PORT": "0", "TRANSLATOR_ZMQ_SUB_PORT": "0",
               "TRANSLATOR_ZMQ_PUB_PORT": "0", "TRANSLATOR_CACHE_BYTES": "0",
               "TRANSLATOR_MEMORY": "",
               "TRANSLATOR_TASK_DEADLINE": str(PATIENCE_S)}
        for name in ("PATH", "HOME", "ASAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        self.process = subprocess.Popen([program], env=env, stderr=self.log)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.log.seek(0)
            found = re.search(
                r" ready sub=(\d+) pub=(\d+) http=(\d+)", self.log.read())
            if found:
                break
            assert self.process.poll() is None, "the translator ended"
            assert time.monotonic() < deadline, "the translator is not ready"
            time.sleep(0.02)
        self.sub, self.pub, self.http = found.groups()

    def languages(self):
        """The targets of each source."""
        with urllib.request.urlopen(
                f"http://127.0.0.1:{self.http}/languages") as answer:
            listed = json.load(answer)
        found = {item["code"]: sorted(t for t in item["targets"]
                                      if t != item["code"])
                 for item in listed}
        return {k: v for k, v in found.items() if v}

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE_S)
        self.log.close()


class Gateway:
    """What a gateway says to a translator, and hears of it."""

    def __init__(self, translator):
        self.context = zmq.Context()
        self.out = self.context.socket(zmq.PUB)
        self.inn = self.context.socket(zmq.SUB)
        self.out.setsockopt(zmq.LINGER, 0)
        self.inn.setsockopt_string(zmq.SUBSCRIBE, "")
        self.out.connect(f"tcp://127.0.0.1:{translator.sub}")
        self.inn.connect(f"tcp://127.0.0.1:{translator.pub}")
        while True:
            self.out.send_string('{"type":"ping","timestamp":1}')
            if self.inn.poll(50):
                break

    def close(self):
        self.context.destroy()

    def ask(self, task):
        self.out.send_string(json.dumps({
            "taskId": task.id, "messageId": task.id,
            "conversationId": "spans", "text": task.message.text,
            "sourceLanguage": task.message.source,
            "targetLanguages": sorted(task.targets)}))

    def hear(self):
        assert self.inn.poll(2 * PATIENCE_S * 1000), "an answer is missing"
        return json.loads(self.inn.recv())


class Task:
    def __init__(self, message, targets, attempt=1):
        self.message = message
        self.targets = set(targets)
        self.attempt = attempt
        self.id = f"{message.number}-{attempt}-{'-'.join(targets[:2])}"


SERBO_CROATIAN = {"bs", "hr", "sh", "sr"}


class Tally:
    """What became of each message in each language."""

    def __init__(self):
        self.intact = 0
        self.spans = 0
        self.pairs = set()
        self.models = set()
        self.retried = 0
        self.damaged, self.refused, self.failed = [], [], []

    def add(self, message, event):
        """Count the answer for a language."""
        target = event.get("targetLanguage")
        pair = f"{message.source}-{target}"
        self.pairs.add(pair)
        if event["type"] == "translation_completed":
            translation = event["result"]["translatedText"]
            self.models.add(event["result"]["translatorModel"])
            why = message.damage(translation)
            self.spans += sum(message.spans.values())
            if why:
                self.damaged.append((pair, why, message.text, translation))
            else:
                self.intact += 1
        elif event["type"] == "translation_skipped" and \
                {message.source, target} <= SERBO_CROATIAN:
            self.intact += 1  # its readers read it as it is
        else:
            refused = was_refused(event)
            (self.refused if refused else self.failed).append(
                (pair, event.get("error", event["type"]), message.text, ""))


def was_refused(event):
    return event.get("error", "").startswith("translation refused")


def run(gateway, todo, in_flight, tally):
    """Send the messages and targets of the iterator todo, so many at a time,
    and hear every answer."""
    waiting = {}

    def ask(task):
        waiting[task.id] = task
        gateway.ask(task)

    while True:
        while len(waiting) < in_flight:
            message, targets = next(todo, (None, None))
            if message is None:
                break
            ask(Task(message, targets))
        if not waiting:
            return
        event = gateway.hear()
        task = waiting.get(event.get("taskId"))
        target = event.get("targetLanguage")
        if not task or target not in task.targets:
            continue
        task.targets.remove(target)
        if not task.targets:
            del waiting[task.id]
        if (event["type"] == "translation_error" and not was_refused(event)
                and task.attempt < ATTEMPTS_MAX):
            tally.retried += 1
            ask(Task(task.message, [target], task.attempt + 1))
        else:
            tally.add(task.message, event)
