# SPDX-License-Identifier: ISC
"""bundle.py IMAGE.json ROOT DIR [NAME=VALUE | /VOLUME=PATH]...: what crun needs in
DIR to run an image as container/compose.yaml does: read-only, as the image's
user, without privileges, on the machine's own network."""
import json
import subprocess
import sys

image, root, bundle, *more = sys.argv[1:]
with open(image) as file:
    config = json.load(file)["Docker"]["config"]
user = [int(part) for part in config["User"].split(":")]
assert all(user), "the image's user is root"

subprocess.run(["crun", "spec", "-b", bundle], check=True)
path = f"{bundle}/config.json"
with open(path) as file:
    spec = json.load(file)
volumes = dict(one.split("=", 1) for one in more if one.startswith("/"))
missing = set(config.get("Volumes") or {}) - set(volumes)
assert not missing, f"volumes without a folder: {missing}"
spec["root"] = {"path": root, "readonly": True}
spec["process"] = {
    "user": {"uid": user[0], "gid": user[1]},
    "args": config["Cmd"],
    "env": config["Env"] + [one for one in more if not one.startswith("/")],
    "cwd": "/",
    "capabilities": {},
    "noNewPrivileges": True,
}
spec["mounts"] = [
    one for one in spec["mounts"] if not one["destination"].startswith("/sys")
] + [{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}] + [
    {"destination": to, "type": "bind", "source": what, "options": ["bind", "rw"]}
    for to, what in volumes.items()
]
spec["linux"]["namespaces"] = [
    {"type": kind} for kind in ("pid", "ipc", "uts", "mount")
]
spec["linux"].pop("resources", None)
with open(path, "w") as file:
    json.dump(spec, file)
with open(f"{bundle}/health", "w") as file:
    file.write("\0".join(config["Healthcheck"]["Test"][1:]) + "\0")
