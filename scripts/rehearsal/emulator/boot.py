"""What cloud-init and the boot script of a node would do, as far as the world outside the node sees it."""
import base64
import gzip
import json
import os
import re
from datetime import datetime, timezone

from extend import extend


def node_boot():
    """No machine boots. The user data of an instance is read the way cloud-init would, and the readiness that the node
    would publish is put into the vault that the user data names. While the folder EMULATOR_FAULTS has a file `node-boot`,
    nodes that are launched stay in the state that it names: `failed`, or `booting` for ever."""
    from moto.ec2.models.instances import Instance
    from moto.s3.models import s3_backends

    @extend(Instance, "__init__")
    def init(original, self, ec2_backend, image_id, user_data, *args, **kwargs):
        original(self, ec2_backend, image_id, user_data, *args, **kwargs)
        vault = vault_of(user_data)
        buckets = s3_backends[ec2_backend.account_id]["aws"]
        if vault in buckets.buckets:
            buckets.put_object(vault, f"nodes/{self.id}/readiness.json", json.dumps(readiness()).encode())


def vault_of(user_data):
    """Bucket that a node with this user data writes to, or None when it is no node of ours."""
    if user_data is None:
        return None
    packed = base64.b64decode(user_data.as_bytes())
    plain = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
    first, _, document = plain.decode().partition("\n")
    if first != "#cloud-config":
        return None
    files = {file["path"]: file["content"] for file in json.loads(document)["write_files"]}
    found = re.search("^SLIPWAY_VAULT='([^']+)'$", files["/etc/slipway/node.env"], re.MULTILINE)
    return found and found.group(1)


def readiness():
    fault = os.path.join(os.environ.get("EMULATOR_FAULTS", ""), "node-boot")
    state = "ready"
    if os.path.exists(fault):
        with open(fault) as file:
            state = file.read().strip()
    return {
        "state": state,
        "step": "ready" if state == "ready" else "packages",
        "message": "said by the emulated AWS: no machine was booted",
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
