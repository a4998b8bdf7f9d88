# SPDX-License-Identifier: MIT
"""Objects of packages with C code that services leak; those that are not installed are left out."""

import sys

import job

MANY = 1000


def headers():
    import frozenlist
    import multidict
    import yarl

    dicts = [multidict.CIMultiDict(Host="here", Length=str(i)) for i in range(MANY)]
    views = [(multidict.CIMultiDictProxy(each), each.keys(), each.items()) for each in dicts]
    addresses = [yarl.URL(f"http://host/{i}?a=b") / "page" for i in range(MANY)]
    return dicts, views, addresses, [frozenlist.FrozenList([i]) for i in range(MANY)]


def documents():
    import lxml.etree

    tree = lxml.etree.fromstring("<a>" + "<b x='1'>text<c/></b>" * MANY + "</a>")
    return tree, list(tree.iter()), [each.attrib for each in tree]


def rows():
    import sqlalchemy

    engine = sqlalchemy.create_engine("sqlite://")
    table = sqlalchemy.Table("users", sqlalchemy.MetaData(), sqlalchemy.Column("id", sqlalchemy.Integer))
    with engine.connect() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"id": i} for i in range(MANY)])
        return engine, connection.execute(sqlalchemy.select(table.c.id)).all()


def messages():
    from google.protobuf import struct_pb2, timestamp_pb2

    made = []
    for i in range(MANY):
        message = struct_pb2.Struct()
        message["number"], message["list"] = i, [1, "x"]
        made += [message, message.fields, message["list"], timestamp_pb2.Timestamp(seconds=i)]
    return made


def adapters():
    from psycopg2 import extensions

    return [(extensions.adapt(f"text {i}"), extensions.adapt([i]), extensions.adapt(i))
            for i in range(MANY)]


def images():
    from PIL import Image, ImageDraw

    made = [Image.new("RGB", (8, 8)) for _ in range(MANY)]
    return made, [ImageDraw.Draw(each) for each in made], [each.load() for each in made]


def wrappers():
    import wrapt

    return [wrapt.FunctionWrapper(len, print) for _ in range(MANY)]


def loops():
    import asyncio

    import uvloop

    loop = uvloop.new_event_loop()

    async def start():
        return [loop.call_later(1000, print, i) for i in range(MANY)]

    return loop, loop.run_until_complete(start()), asyncio.Event()


def greenlets():
    import greenlet

    def wait(number):
        kept = [f"text {number}"]
        greenlet.getcurrent().parent.switch()
        return kept

    made = [greenlet.greenlet(wait) for _ in range(MANY // 10)]
    return made, [each.switch(i) for i, each in enumerate(made)]


def work():
    made = []
    makers = (headers, documents, rows, messages, adapters, images, wrappers, loops, greenlets)
    for maker in makers:
        try:
            made.append(maker())
        except ImportError as error:
            print("without", error.name, file=sys.stderr)
    return made


job.serve(work)
