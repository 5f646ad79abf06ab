"""Compressed files, the same bytes every time: gzip, Zstandard and zip without a time.

https://www.rfc-editor.org/rfc/rfc1952 · https://www.rfc-editor.org/rfc/rfc8878
"""

import gzip
import io
import zipfile
from collections.abc import Mapping

import zstandard

CODINGS = {"gz": "application/gzip", "zst": "application/zstd"}
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 9
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell


def packed(body: bytes, coding: str) -> bytes:
    """Return a body in a coding of `CODINGS`, or as it is for ''."""
    if coding == "gz":
        out = io.BytesIO()
        with gzip.GzipFile("", "wb", _GZIP_LEVEL, out, mtime=0) as file:
            file.write(body)
        return out.getvalue()
    if coding == "zst":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    return body


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files by name; a script may be run when unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_GZIP_LEVEL) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            archive.writestr(entry, content)
    return out.getvalue()
