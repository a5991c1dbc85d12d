#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""How many gateways, translators, cores and gigabytes do so many people need?

    tools/plan.py --people 10000 --messages 100 --languages 4

What each thing costs was measured (docs/scale.md says how, and on what); half
of each core is left free.
"""
import argparse
import math

US = 1e-6
BUSY = 0.5  # of a core, when it is planned full

# Of a gateway's loop thread, in seconds.
MESSAGE = {"sqlite": 18 * US, "postgresql": 70 * US}
DELIVERY = 5 * US  # to one socket; 0.8 when eight messages go at once
TRANSLATION = 140 * US  # its task, its row, and telling who reads it
# Of a translator's core, for each sentence into one language.
ENGINES = {"student": 1 / 1840, "tiny": 1 / 416, "apertium": 1 / 1290}
# Of the database.
WRITERS = {"sqlite": 13_900, "postgresql": 1_400}  # messages/s, measured
DATABASE = {"sqlite": 0, "postgresql": 240 * US}
ROW = {"sqlite": 230, "postgresql": 760}  # bytes of a message of 100
ROW_OF_TRANSLATION = 400  # with its words in the index; an estimate
# Memory.
CONNECTION = {False: 2.6e3, True: 15.8e3}  # bytes, without and with TLS
GATEWAY, TRANSLATOR, MODEL = 30e6, 60e6, 20e6

DAY_S = 24 * 3600
CONNECTIONS_MAX = 20_000  # CONNECTIONS_MAX of the gateway, as it comes


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--people", type=int, default=1000,
                   help="connected at once (1000)")
    p.add_argument("--messages", type=float, default=10,
                   help="a second, of all of them, at the busiest (10)")
    p.add_argument("--room", type=int, default=20,
                   help="people connected in the room of a message (20)")
    p.add_argument("--languages", type=int, default=3,
                   help="that a message is translated into (3)")
    p.add_argument("--sentences", type=float, default=1.5,
                   help="in a message (1.5)")
    p.add_argument("--known", type=float, default=0.2,
                   help="share of texts that were translated before (0.2)")
    p.add_argument("--engine", choices=ENGINES, default="student")
    p.add_argument("--database", choices=WRITERS, default=None)
    p.add_argument("--tls", action="store_true", help="by the gateway itself")
    p.add_argument("--days", type=int, default=365,
                   help="of messages on disk, at a third of the busiest (365)")
    return p.parse_args()


def cores(load):
    return max(1, math.ceil(load / BUSY))


def plan(a):
    """What is needed, by name."""
    new = 1 - a.known
    loop = a.messages * (
        DELIVERY * a.room * 2  # it, and its translation
        + TRANSLATION * a.languages)
    one = loop + a.messages * MESSAGE["sqlite"]
    alone = (one <= BUSY and a.people <= CONNECTIONS_MAX
             and a.messages <= WRITERS["sqlite"] * BUSY)
    database = a.database or ("sqlite" if alone else "postgresql")
    loop += a.messages * MESSAGE[database]
    gateways = max(cores(loop), math.ceil(a.people / CONNECTIONS_MAX))
    translator = (a.messages * a.languages * a.sentences * new
                  * ENGINES[a.engine])
    translators = cores(translator)
    kept = a.messages / 3 * DAY_S * a.days
    bytes_each = ROW[database] + a.languages * ROW_OF_TRANSLATION
    return {
        "database": database,
        "gateways": gateways,
        "gateway memory, MB": round(
            (GATEWAY * gateways + CONNECTION[a.tls] * a.people) / 1e6),
        "translator cores": translators,
        "translator memory, MB": round(
            (TRANSLATOR + MODEL * max(1, a.languages)) * translators / 1e6),
        "database cores": (cores(a.messages * DATABASE[database])
                           if DATABASE[database] else 0),
        "database, GB": round(kept * bytes_each / 1e9, 1),
    }


def walls(a, database):
    """What so many gateways do not help against."""
    if database == "sqlite" and a.messages > WRITERS["sqlite"] * BUSY:
        yield ("SQLite's writer: several Meeshys, each with its own rooms; one "
               "PostgreSQL is slower")
    if database == "postgresql" and a.messages > WRITERS["postgresql"] * BUSY:
        parts = math.ceil(a.messages / (WRITERS["postgresql"] * BUSY))
        yield (f"PostgreSQL's writer: {parts} databases, "
               "each with its own rooms and gateways")
    if a.room * DELIVERY > 0.1:
        yield ("the hot room: a message keeps a gateway "
               f"{a.room * DELIVERY:.1f} s busy; more gateways share that")


def main():
    a = arguments()
    needed = plan(a)
    for name, value in needed.items():
        print(f"{name:22} {value}")
    for wall in walls(a, needed["database"]):
        print(f"wall: {wall}")


if __name__ == "__main__":
    main()
