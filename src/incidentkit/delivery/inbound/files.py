"""Files that came with a message: what they are by their content, and names that are safe to keep."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["file_type", "safe_name"]

_LONGEST_NAME = 100
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSAFE = re.compile(r'[<>:"|?*\s]+')
# Names that some systems take for a device.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
# ISO 14496-12: the brand of a file stands at 8, after the word "ftyp".
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"qt  ": "video/quicktime",
}
_VIDEO = (b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"3gp", b"dash")


def file_type(content: bytes) -> str:
    """The media type that the content shows, empty for any that is not known; what it is called counts for nothing."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return _BRANDS.get(brand, "video/mp4" if brand.startswith(_VIDEO) else "")
    return ""


def safe_name(name: str, number: int) -> str:
    """One line, without a folder, hidden characters or a device's name; ``file-N`` where nothing is left."""
    last = re.split(r"[/\\]", name[:1_000])[-1]
    shown = "".join(char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char) not in _HIDDEN)
    clean = _UNSAFE.sub("_", shown).strip("._")
    stem, dot, ending = clean.rpartition(".")
    if dot and len(ending) <= 10:
        clean = f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    clean = clean[:_LONGEST_NAME]
    return f"file-{number}" if not clean or _DEVICE.fullmatch(clean) else clean
