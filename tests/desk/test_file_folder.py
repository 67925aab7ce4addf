"""Files that come with mails are kept where the host says."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import incidentkit as ik

PHOTO = b"\xff\xd8\xff\xe0" + b"a photo" * 10


def test_a_host_names_the_folder(tmp_path: Path) -> None:
    """A desk with a folder keeps files in it and nowhere else, and another desk with the same folder reads them."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "marta@example.com", "shop@example.com", "broken"
    mail.set_content("see the photo")
    mail.add_attachment(PHOTO, maintype="image", subtype="jpeg", filename="lamp.jpg")
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with ik.open_desk(url, blobs=tmp_path / "kept") as desk:
        desk.inbox.put("mail", "1", mail.as_bytes())
        desk.inbox.process()
    with ik.open_desk(url, blobs=tmp_path / "kept") as again:
        (photo,) = again.inbox.files("mail", "1")
        read = again.inbox.file(photo.ref)

    assert PHOTO == read
    assert [photo.ref] == [path.name for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert not (tmp_path / "files").exists()
