"""Certificates for cities that meet by mutual TLS, made with openssl."""

from __future__ import annotations

import pathlib
import subprocess


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    """An authority whose word the cities of a check take."""

    def __init__(self, folder: pathlib.Path, name: str = "authority") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate, self.key = folder / f"{name}.pem", folder / f"{name}.key"
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", f"/CN={name}", "-days", "3650",
            "-keyout", str(self.key), "-out", str(self.certificate))

    def issue(
        self, name: str, *, days: int = 365, file: str | None = None,
    ) -> tuple[pathlib.Path, pathlib.Path]:
        """A certificate for this DNS name and this machine, with its key."""
        file = file or name
        certificate, key = self.folder / f"{file}.pem", self.folder / f"{file}.key"
        request, extension = self.folder / f"{file}.csr", self.folder / f"{file}.ext"
        extension.write_text(
            f"subjectAltName=DNS:{name},IP:127.0.0.1\n"
            "extendedKeyUsage=serverAuth,clientAuth\nkeyUsage=digitalSignature\n")
        openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request))
        openssl(
            "x509", "-req", "-in", str(request), "-CA", str(self.certificate),
            "-CAkey", str(self.key), "-CAcreateserial", "-days", str(days),
            "-extfile", str(extension), "-out", str(certificate))
        return certificate, key
