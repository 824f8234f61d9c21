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
    would publish is put into the vault that the user data names. A file `node-boot-fails` in the folder EMULATOR_FAULTS
    makes nodes fail that are launched while it is there."""
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
    fails = os.path.exists(os.path.join(os.environ.get("EMULATOR_FAULTS", ""), "node-boot-fails"))
    return {
        "state": "failed" if fails else "ready",
        "step": "packages" if fails else "ready",
        "message": "said by the emulated AWS: no machine was booted",
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
