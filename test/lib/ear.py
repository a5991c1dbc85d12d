# SPDX-License-Identifier: ISC
"""A listener at a translator's ports: ear.py TASKS EVENTS [SERVER_KEY SECRET].

It sends pings with an address of its own and prints a line for what it sees:
"refused" when a handshake fails, "mine" for an answer with that address,
"other FRAME" for anything else that it hears with a subscription to everything.
"""
import json
import sys

import zmq
from zmq.utils.monitor import recv_monitor_message

ME = 'listener00000000000000000x'
FAILED = (zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
          | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
          | zmq.EVENT_HANDSHAKE_FAILED_AUTH)
PING_MS = 50


def connect(context, kind, port, keys):
    socket = context.socket(kind)
    socket.linger = 0
    if keys:
        server, secret = (key.encode() for key in keys)
        socket.curve_serverkey = server
        socket.curve_secretkey = secret
        socket.curve_publickey = zmq.curve_public(secret)
    if kind == zmq.SUB:
        socket.subscribe(b'')
        socket.subscribe(('{"to":"%s",' % ME).encode())
    monitor = socket.get_monitor_socket(FAILED)
    socket.connect(f'tcp://127.0.0.1:{port}')
    return socket, monitor


def main():
    tasks, events, *keys = sys.argv[1:]
    context = zmq.Context()
    out, out_monitor = connect(context, zmq.PUB, tasks, keys)
    heard, monitor = connect(context, zmq.SUB, events, keys)
    poller = zmq.Poller()
    for socket in (heard, monitor, out_monitor):
        poller.register(socket, zmq.POLLIN)
    while True:
        out.send_json({'type': 'ping', 'replyTo': ME, 'timestamp': 1})
        for socket, _ in poller.poll(PING_MS):
            if socket is not heard:
                recv_monitor_message(socket)
                print('refused', flush=True)
                continue
            frame = heard.recv().decode()
            mine = json.loads(frame).get('to') == ME
            print('mine' if mine else f'other {frame}', flush=True)


if __name__ == '__main__':
    main()
