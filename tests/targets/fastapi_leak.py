# SPDX-License-Identifier: MIT
"""A web service with the most ordinary of leaks: a module-level dict keeps every user for ever.

It listens on a free port of 127.0.0.1, prints "READY PORT", and serves until it is stopped.
"""

import io
import socket

import faker
import fastapi
import uvicorn

app = fastapi.FastAPI()
fake = faker.Faker()
cache = {}


@app.get("/users/{user_id}")
async def retrieve_user(user_id: int):
    if user_id not in cache:
        cache[user_id] = {
            "name": fake.name(),
            "email": fake.email(),
            "company": fake.company(),
            "job": fake.job(),
            "address": fake.address(),
        }
    return cache[user_id]


@app.get("/growth")
async def growth():
    """What objgraph, asked inside the process, has to say about growth since the last time."""
    import objgraph

    output = io.StringIO()
    objgraph.show_growth(limit=1000, file=output)
    return output.getvalue()


def main():
    # asyncio turns off Nagle's algorithm only where the protocol is given.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    print("READY", listener.getsockname()[1], flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
