#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Messages full of mentions, links, code, emoji, numbers and Markdown, through
the real translator and every language pair it has: each of these must come
back byte for byte, exactly once.

spans_test.py PROGRAM [MESSAGES [SEED]] prints TAP, and the figures as comments.
Each message goes from its language into all that can be reached from there."""
import json
import os
import random
import re
import subprocess
import sys
import time
import urllib.request

try:
    import zmq
except ImportError:
    print("1..0 # SKIP python3-zmq is not installed")
    sys.exit(0)

PROGRAM = sys.argv[1]
MESSAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 34
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
MODES = "/usr/share/apertium/modes"
TASKS_IN_FLIGHT = 8
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
        self.id = f"spans-{SEED}-{number}"
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
        """What is wrong with the translation, or None."""
        for s, n in self.spans.items():
            if translation.count(s) != n:
                return f"{s!r} {n} times, came {translation.count(s)} times"
        for mark in ("**", "~~", "\n", "```"):
            if translation.count(mark) != self.text.count(mark):
                return f"the marks {mark!r}"
        if re.search("[\ue000-\uf8ff]", translation):
            return "a stand-in was left"
        left = set(re.findall(r"\d{5}", translation))
        if left - set(re.findall(r"\d{5}", self.text)):
            return "a number that was not there"
        return None


def start(settings):
    env = {"TRANSLATOR_" + k: v for k, v in settings.items()}
    for name in ("PATH", "HOME", "ASAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    process = subprocess.Popen(
        [PROGRAM], env=env, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r" ready sub=(\d+) pub=(\d+) http=(\d+)", line)
        if found:
            return process, found.groups()
    raise AssertionError("the translator did not get ready")


class Gateway:
    def __init__(self, sub, pub):
        self.context = zmq.Context()
        self.out = self.context.socket(zmq.PUB)
        self.inn = self.context.socket(zmq.SUB)
        self.inn.setsockopt_string(zmq.SUBSCRIBE, "")
        self.out.connect(f"tcp://127.0.0.1:{sub}")
        self.inn.connect(f"tcp://127.0.0.1:{pub}")
        while True:
            self.out.send_string('{"type":"ping","timestamp":1}')
            if self.inn.poll(50):
                break

    def ask(self, task):
        self.out.send_string(json.dumps({
            "taskId": task.id, "messageId": task.message.id,
            "conversationId": "spans", "text": task.message.text,
            "sourceLanguage": task.message.source,
            "targetLanguages": sorted(task.targets)}))

    def hear(self):
        assert self.inn.poll(2 * PATIENCE_S * 1000), "an answer is missing"
        return json.loads(self.inn.recv())


class Tally:
    def __init__(self):
        self.intact = 0
        self.spans = 0
        self.pairs = set()
        self.retried = 0
        self.damaged, self.refused, self.failed = [], [], []

    def add(self, message, event):
        """Count the answer for a language."""
        target = event.get("targetLanguage")
        pair = f"{message.source}-{target}"
        self.pairs.add(pair)
        if event["type"] == "translation_completed":
            why = message.damage(event["result"]["translatedText"])
            self.spans += sum(message.spans.values())
            if why:
                self.damaged.append(
                    (pair, why, message.text,
                     event["result"]["translatedText"]))
            else:
                self.intact += 1
        else:
            refused = was_refused(event)
            (self.refused if refused else self.failed).append(
                (pair, event["error"], message.text, ""))


def was_refused(event):
    return event["error"].startswith("translation refused")


class Task:
    def __init__(self, message, targets, attempt=1):
        self.message = message
        self.targets = set(targets)
        self.attempt = attempt
        self.id = f"{message.id}-{attempt}-{'-'.join(targets[:2])}"


def ask(gateway, waiting, task):
    waiting[task.id] = task
    gateway.ask(task)


def run(gateway, languages):
    """Send all messages, TASKS_IN_FLIGHT at a time, and hear every answer."""
    tally = Tally()
    sources = sorted(s for s in languages if s in SENTENCES)
    r = random.Random(SEED)
    waiting = {}
    # One source after the other: its pipelines stay warm.
    todo = [Message(r, sources[i * len(sources) // MESSAGES], i)
            for i in range(MESSAGES)]
    todo.reverse()
    while todo or waiting:
        while todo and len(waiting) < TASKS_IN_FLIGHT:
            message = todo.pop()
            ask(gateway, waiting, Task(message, languages[message.source]))
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
            ask(gateway, waiting,
                Task(task.message, [target], task.attempt + 1))
        else:
            tally.add(task.message, event)
    return tally


def show(what, cases):
    for pair, why, text, translation in cases[:10]:
        print(f"# {what} {pair}: {why}\n#   {text!r}\n#   {translation!r}")


def main():
    if not os.path.isdir(MODES):
        print("1..0 # SKIP no Apertium language packages")
        return 0
    process, (sub, pub, http) = start({
        "HTTP_PORT": "0", "ZMQ_SUB_PORT": "0", "ZMQ_PUB_PORT": "0",
        "CACHE_BYTES": "0", "TASK_DEADLINE": str(PATIENCE_S)})
    try:
        with urllib.request.urlopen(
                f"http://127.0.0.1:{http}/languages") as answer:
            languages = {
                item["code"]: [t for t in item["targets"]
                               if t != item["code"]]
                for item in json.load(answer)}
        languages = {k: v for k, v in languages.items() if v}
        n_pairs = sum(len(v) for v in languages.values())
        unknown = sorted(k for k in languages if k not in SENTENCES)
        begin = time.monotonic()
        tally = run(Gateway(sub, pub), languages)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)
    n = tally.intact + len(tally.damaged)
    print(f"# {MESSAGES} messages, {n} translations, {tally.spans} spans, "
          f"{len(tally.pairs)} of {n_pairs} pairs, "
          f"{time.monotonic() - begin:.0f} s; refused by the quality gate: "
          f"{len(tally.refused)}; failed: {len(tally.failed)}; "
          f"asked again: {tally.retried}")
    show("damaged", tally.damaged)
    show("refused", tally.refused)
    show("failed", tally.failed)
    if unknown:
        print(f"# no sentences in {' '.join(unknown)}")
    checks = [
        ("every span of every message is intact, exactly once",
         n > 0 and not tally.damaged),
        ("every translation is made, or refused by the quality gate",
         not tally.failed
         and len(tally.refused) <= REFUSED_MAX * (n + len(tally.refused))),
        ("every language pair is covered",
         MESSAGES < len(languages) or len(tally.pairs) >= n_pairs),
    ]
    for i, (name, ok) in enumerate(checks):
        print(f"{'' if ok else 'not '}ok {i + 1} - {name}")
    print(f"1..{len(checks)}")
    return 0 if all(ok for _, ok in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
