"""The audit as a log that a citizen can check: PyPI `pymerkle` recomputes the root from the lines and
from the public tiles, PyPI `cryptography` checks the signatures, and a line that was removed, edited
or swapped behind the program's back is named. Two cities witness each other's logs."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import pathlib
import re
import sqlite3
import tempfile
import unittest

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from support.city import City, copy_of_city, run_command
from support.staff import Staff, token
from support.waiting import wait_until

#: Enough for a full tile, a partial one and a tile of the next level.
CHANGES = 270
TILE = 256
HASH_BYTES = 32


def canonical(number: int, at: int, actor: str, action: str, noun: str, detail: str,
              salt: bytes) -> bytes:
    """A line as RFC 8785 writes it; Python's own JSON does the same for texts and integers."""
    line = {"number": number, "at": at, "actor": actor, "action": action, "noun": noun,
            "detail": detail, "salt": salt.hex()}
    return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def lines_of(data: pathlib.Path) -> list[bytes]:
    with contextlib.closing(sqlite3.connect(data / "city.sqlite")) as database:
        rows = database.execute(
            "SELECT number, at, actor, action, noun, detail, salt FROM identity_audit "
            "ORDER BY number").fetchall()
    return [canonical(*row) for row in rows]


def tree_of(lines: list[bytes]) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for line in lines:
        tree.append_entry(line)
    return tree


class Note:
    """A signed checkpoint, read by this file's own hand."""

    def __init__(self, text: str) -> None:
        body, signatures = text.split("\n\n")
        self.body = body + "\n"
        self.origin, size, root = body.split("\n")[:3]
        self.size, self.root = int(size), base64.b64decode(root)
        self.signatures = [
            (name, base64.b64decode(value)) for name, value in re.findall(
                r"^— (\S+) (\S+)$", signatures, re.MULTILINE)]

    def is_signed(self, vkey: str) -> bool:
        name, key_id, encoded = vkey.split("+", 2)
        key = base64.b64decode(encoded)
        assert hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_id
        for signer, value in self.signatures:
            if signer != name or value[:4].hex() != key_id:
                continue
            signature, message = value[4:], self.body
            if key[0] == 4:
                seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                message = f"cosignature/v1\ntime {seconds}\n{self.body}"
            with contextlib.suppress(InvalidSignature):
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature, message.encode())
                return True
        return False


def keys_of(city: City) -> dict[str, str]:
    answer = city.client().get("/audit/key")
    return dict(line.split(" ", 1) for line in answer.text.splitlines())


def checkpoint_of(city: City, size: int) -> Note:
    def signed() -> Note | None:
        answer = city.client().get("/audit/checkpoint")
        note = Note(answer.text) if answer.status == 200 else None
        return note if note and note.size >= size else None
    return wait_until(f"a checkpoint of {size} lines is signed", signed, 30.0)


class AuditTest(unittest.TestCase):
    one: City
    other: City
    staff: Staff

    @classmethod
    def setUpClass(cls) -> None:
        place = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="city-")))
        cities = []
        for name in ("one", "other"):
            (place / name).mkdir()
            city = City(copy_of_city("hitoyoshi", place / name), place / name / "data")
            city.start()
            cls.addClassCleanup(city.stop)
            cities.append(city)
        cls.one, cls.other = cities
        cls.staff = Staff(cls.one)
        for city in cities:
            city.stop()
        cls.name(cls.other, "witness.example/audit")
        cls.other.start()
        witness = keys_of(cls.other)["witness"]
        cls.other.stop()
        cls.name(cls.one, "one.example/audit", f"witnesses: [ {{ key: '{witness}', "
                 f"url: '{cls.other.url}/audit' }} ]")
        cls.one.start()
        cls.keys = keys_of(cls.one)
        cls.name(cls.other, "witness.example/audit", f"neighbours: [ '{cls.keys['log']}' ]")
        cls.witness = witness
        cls.other.start()
        cls.work()

    @staticmethod
    def name(city: City, origin: str, more: str = "") -> None:
        file = city.city / "city.yaml"
        lines = [one for one in file.read_text("utf-8").splitlines()
                 if not one.startswith("audit:")]
        parts = ", ".join(filter(None, [f"origin: {origin}", "checkpointSeconds: 1", more]))
        file.write_text("\n".join([*lines, f"audit: {{ {parts} }}", ""]), encoding="utf-8")

    @classmethod
    def work(cls) -> None:
        """A member of staff opens and closes shelters, all of it audited."""
        page = cls.staff.get("/staff/shelters")
        csrf = token(page)
        shelter = re.search(r'name="shelter" value="([^"]+)"', page.text)
        assert shelter
        for number in range(CHANGES):
            answer = cls.staff._send("/staff/shelters", {
                "csrf": csrf, "shelter": shelter[1],
                "status": "open" if number % 2 else "closed"})
            assert answer.status == 303, answer

    def test_pymerkle_recomputes_the_root_from_the_lines_and_from_the_tiles(self) -> None:
        note = checkpoint_of(self.one, CHANGES)
        self.assertTrue(note.is_signed(self.keys["log"]))
        self.assertFalse(note.is_signed(keys_of(self.other)["log"]))
        lines = lines_of(self.one.data)[:note.size]
        tree = tree_of(lines)
        self.assertEqual(tree.get_state(), note.root)
        client = self.one.client()
        partial = note.size % TILE
        full = client.get("/audit/tile/0/000")
        rest = client.get(f"/audit/tile/0/001.p/{partial}")
        self.assertEqual(full.headers["content-type"], "application/octet-stream")
        hashes = full.body + rest.body
        leaves = [tree.get_leaf(index + 1) for index in range(note.size)]
        self.assertEqual(
            [hashes[at:at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)], leaves)
        above = client.get("/audit/tile/1/000.p/1")
        self.assertEqual(above.body, tree_of(lines[:TILE]).get_state())
        for path in ("0/000.p/256", "0/0", "0/x000/001", f"0/001.p/{partial + 1}", "9/000", "0/009",
                     "-1/000", "entries/000"):
            self.assertEqual(client.get(f"/audit/tile/{path}").status, 404, path)
        # The lines themselves are for those who may read them.
        self.assertIn(client.get("/staff/audit/tile/entries/000").status, (401, 303))
        bundle = self.staff.get("/staff/audit/tile/entries/000").body
        first = int.from_bytes(bundle[:2], "big")
        self.assertEqual(bundle[2:2 + first], lines[0])

    def test_pymerkle_accepts_a_line_s_proof_and_no_other(self) -> None:
        note = checkpoint_of(self.one, CHANGES)
        tree = tree_of(lines_of(self.one.data)[:note.size])
        for number in (0, TILE - 1, TILE, note.size - 1):
            done = run_command(
                "audit", "proof", str(number), "--json", "--city", str(self.one.city), "--data",
                str(self.one.data))
            self.assertEqual(done.returncode, 0, done)
            said = json.loads(done.stdout)
            leaf = tree.hash_buff(said["entry"].encode())
            self.assertEqual(leaf.hex(), said["leaf"])
            proof = tree.prove_inclusion(number + 1, said["size"])
            proof.path = [leaf] + [bytes.fromhex(one) for one in said["path"]]
            verify_inclusion(leaf, Note(said["checkpoint"]).root, proof)
            edited = tree.hash_buff(said["entry"].replace("shelter", "shelters").encode() + b" ")
            with self.assertRaises(Exception):
                verify_inclusion(edited, Note(said["checkpoint"]).root, proof)
        plain = run_command(
            "audit", "proof", "3", "--city", str(self.one.city), "--data", str(self.one.data))
        self.assertTrue(plain.stdout.startswith("c2sp.org/tlog-proof@v1\nextra "), plain)

    def test_a_neighbour_cosigns_and_refuses_another_history(self) -> None:
        note = checkpoint_of(self.one, CHANGES)

        def cosigned() -> bool:
            return checkpoint_of(self.one, note.size).is_signed(self.witness)
        wait_until("the neighbour cosigns", cosigned, 30.0)
        client, signed = self.other.client(), self.one.client().get("/audit/checkpoint").body
        size = Note(signed.decode()).size
        wrong = client.request("POST", "/audit/add-checkpoint", b"old 0\n\n" + signed)
        self.assertEqual((wrong.status, wrong.text), (409, f"{size}\n"), wrong)
        self.assertEqual(wrong.headers["content-type"], "text/x.tlog.size")
        again = client.request("POST", "/audit/add-checkpoint", f"old {size}\n\n".encode() + signed)
        self.assertEqual(again.status, 200, again)
        self.assertTrue(Note(signed.decode() + again.text).is_signed(self.witness))
        forged = signed.replace(f"\n{size}\n".encode(), f"\n{size + 1}\n".encode())
        self.assertEqual(client.request(
            "POST", "/audit/add-checkpoint", f"old {size}\n\n".encode() + forged).status, 403)
        self.assertEqual(
            client.request("POST", "/audit/add-checkpoint", b"old").status, 400)
        self.assertEqual(self.one.client().request(
            "POST", "/audit/add-checkpoint", b"old 0\n\n" + signed).status, 404)

    def test_consistency_by_pymerkle(self) -> None:
        note = checkpoint_of(self.one, CHANGES)
        tree = tree_of(lines_of(self.one.data)[:note.size])
        proof = tree.prove_consistency(100, note.size)
        verify_consistency(tree.get_state(100), note.root, proof)

    def test_a_removed_an_edited_and_a_swapped_line_are_named(self) -> None:
        checkpoint_of(self.one, CHANGES)
        kept = self.one.data.parent / "kept.note"
        kept.write_bytes(self.one.client().get("/audit/checkpoint").body)
        self.one.stop()
        database = self.one.data / "city.sqlite"
        whole = {file: file.read_bytes() for file in self.one.data.glob("city.sqlite*")}

        def verify(*more: str) -> tuple[int, dict[str, object]]:
            done = run_command(
                "audit", "verify", "--json", "--city", str(self.one.city), "--data",
                str(self.one.data), *more)
            return done.returncode, json.loads(done.stdout)

        def tamper(*statements: str) -> None:
            with contextlib.closing(sqlite3.connect(database)) as connection:
                for statement in statements:
                    connection.execute(statement)
                connection.commit()

        def restore() -> None:
            for file in self.one.data.glob("city.sqlite*"):
                file.unlink()
            for file, content in whole.items():
                file.write_bytes(content)

        code, said = verify("--checkpoint", str(kept))
        self.assertEqual(code, 0, said)
        for words, statements in {
            "line 7 was removed": ["DELETE FROM identity_audit WHERE number = 7"],
            "line 9 was edited": [
                "UPDATE identity_audit SET detail = 'nothing' WHERE number = 9"],
            "lines 4 and 5 were swapped": [
                "UPDATE identity_audit SET number = 100000 WHERE number = 4",
                "UPDATE identity_audit SET number = 4 WHERE number = 5",
                "UPDATE identity_audit SET number = 5 WHERE number = 100000"],
        }.items():
            with self.subTest(words):
                tamper(*statements)
                code, said = verify()
                self.assertEqual(code, 1, said)
                found = said["diagnostics"]
                self.assertEqual([one["message"] for one in found], [words])
                restore()
        code, said = verify()
        self.assertEqual(code, 0, said)
        self.one.start()
