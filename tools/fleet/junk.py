"""What else lies in the folders of an archive, and what perfleak has to say of it."""

import gzip
import io
import random
import struct
import subprocess
import zipfile

import containers

NO_LOG, FAILED, READ = "no-log", "failed", "read"

README = """Performance logs of the fleet. Ask Karin before you delete anything!
Weekly ones are in the folders of the machines, the rest is in "collected".
"""

SETUP_LOG = "".join(f"2019-03-{1 + i // 40:02}, 03:{i % 60:02}:11, Info, CBS, Session: 30662{i} initialized\r\n"
                    for i in range(400))

IIS_LOG = "#Software: Microsoft Internet Information Services 8.5\r\n#Fields: date time cs-method cs-uri-stem sc-status\r\n" + \
    "".join(f"2019-03-04 {i // 60 % 24:02}:{i % 60:02}:07 GET /default.aspx {200 + 100 * (i % 4)}\r\n"
            for i in range(2000))

PRICE_LIST = "article,price,stock\r\n" + "".join(f"A{i:04},{i}.99,{i % 17}\r\n" for i in range(300))


def binary_log():
    """The head of a .blg: size and use of the first buffer, zeros, and the name of a counter."""
    name = "\\\\BER107\\Process(*)\\Private Bytes".encode("utf-16-le")
    head = struct.pack("<II", 0x10000, 0x2C8) + bytes(0x40) + struct.pack("<HH", 0x100, 0xC014)
    return (head + bytes(260) + name).ljust(0x10000, b"\0")


def cut_gzip(log_head):
    """As a copy looks that was broken off."""
    data = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=data, mtime=containers.MTIME) as stream:
        stream.write(log_head)
    return data.getvalue()[:len(data.getvalue()) * 3 // 5]


def zip_of(name, text):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as container:
        container.writestr(containers.zip_info(name), text)
    return data.getvalue()


def encrypted_zip(path, log_head, folder):
    inner = folder / "secret.csv"
    inner.write_bytes(log_head)
    subprocess.run(["zip", "-q", "-j", "-X", "-P", "secret", str(path.resolve()), str(inner)], check=True)
    inner.unlink()


def write_junk(root, log_head, seed, temporary):
    """Returns the labels: name and outcome of each."""
    noise = random.Random(f"junk {seed}").randbytes(20000)
    plain = {
        "readme.txt": (README.encode(), NO_LOG),
        "collected/Thumbs.db": (bytes.fromhex("d0cf11e0a1b11ae1") + noise[:4000], NO_LOG),
        "collected/desktop.ini": (b"[.ShellClassInfo]\r\nIconIndex=0\r\n", NO_LOG),
        "collected/DataCollector02.blg": (binary_log(), FAILED),
        "collected/empty.csv": (b"", NO_LOG),
        "collected/customer upload.csv.gz": (cut_gzip(log_head), READ),
        "collected/prices.csv": (PRICE_LIST.encode(), NO_LOG),
        "collected/CBS.log": (SETUP_LOG.encode(), NO_LOG),
        "collected/u_ex190304.log": (IIS_LOG.encode(), NO_LOG),
        "collected/screenshot.png": (bytes.fromhex("89504e470d0a1a0a") + noise, NO_LOG),
        "old/notes.zip": (zip_of("notes.txt", README), NO_LOG),
        "old/damaged.zip": (zip_of("log.csv", log_head)[:-3000], FAILED),
    }
    labels = []
    for name, (data, outcome) in plain.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        labels.append({"name": name, "outcome": outcome})
    encrypted_zip(root / "old/private.zip", log_head, temporary)
    return labels + [{"name": "old/damaged.zip/log.csv", "outcome": READ},  # as far as it goes
                     {"name": "old/private.zip", "outcome": FAILED}]
