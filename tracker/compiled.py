"""Templates that were compiled once: to do so again takes a fifth of a small build."""

from hashlib import sha256
from io import BytesIO

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from tracker.load import Memory


class Compiled(BytecodeCache):
    """Keeps compiled templates in a memory, which seals them: nobody can slip in code there.

    Jinja compares the text of the template with that of which the code was made.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is known of a template."""
        found = self._memory.get(_key(bucket))
        if found:
            bucket.load_bytecode(BytesIO(found))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that has just been compiled."""
        data = BytesIO()
        bucket.write_bytecode(data)
        self._memory.put(_key(bucket), data.getvalue())


def _key(bucket: Bucket) -> str:
    return sha256(f"template {bucket.key} {bucket.checksum}".encode()).hexdigest()
