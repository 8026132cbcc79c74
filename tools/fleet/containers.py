"""The containers logs are kept in. Each takes one log after another, so that only one is ever on disk
as text; the same logs give the same bytes.

add() puts a log away, deletes its file and returns the name by which an archive reader would call it:
path of the container and path within, joined by slashes. close() completes the container."""

import gzip
import lzma
import os
import pathlib
import shutil
import subprocess
import tarfile
import zipfile

CHUNK = 1 << 20
DATE = (2019, 6, 3, 12, 0, 0)  # of everything: not a property of the archive
MTIME = 1559563200


def zip_info(name):
    info = zipfile.ZipInfo(name, DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def copy_into(file, stream):
    with open(file, "rb") as source:
        shutil.copyfileobj(source, stream, CHUNK)
    os.unlink(file)


class Container:
    """Of one folder of the archive. `root` is the archive, `stem` the container's path without
    extension."""

    def __init__(self, root, stem):
        self.root = pathlib.Path(root)
        self.stem = stem

    def target(self, name):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def close(self):
        pass


class Plain(Container):
    def add(self, file, name):
        shutil.move(file, self.target(name))
        return name


class Gzip(Container):
    def add(self, file, name):
        with open(self.target(name + ".gz"), "wb") as raw, \
                gzip.GzipFile(filename=os.path.basename(name), mode="wb", compresslevel=5, fileobj=raw,
                              mtime=MTIME) as stream:
            copy_into(file, stream)
        return name + ".gz"


class Zstd(Container):
    def add(self, file, name):
        subprocess.run(["zstd", "-q", "-f", "--rm", "-3", "-o", self.target(name + ".zst"), file],
                       check=True)
        return name + ".zst"


class ZipEach(Container):
    """A zip of its own for each log, as Explorer's "send to" makes it."""

    def add(self, file, name):
        stored = name.removesuffix(".csv") + ".zip"
        with zipfile.ZipFile(self.target(stored), "w") as container, \
                container.open(zip_info(os.path.basename(name)), "w") as stream:
            copy_into(file, stream)
        return f"{stored}/{os.path.basename(name)}"


class Zip(Container):
    """All logs of the folder."""

    def __init__(self, root, stem):
        super().__init__(root, stem)
        self.container = zipfile.ZipFile(self.target(stem + ".zip"), "w")

    def add(self, file, name):
        with self.container.open(zip_info(name), "w", force_zip64=True) as stream:
            copy_into(file, stream)
        return f"{self.stem}.zip/{name}"

    def close(self):
        self.container.close()


class ZipInZip(Container):
    """A zip for every few logs, and these in another."""

    EACH = 4

    def __init__(self, root, stem):
        super().__init__(root, stem)
        self.outer = zipfile.ZipFile(self.target(stem + ".zip"), "w")
        self.inner = None
        self.inner_name = None
        self.count = 0

    def add(self, file, name):
        if self.inner is None:
            self.inner_name = f"part{self.count // self.EACH + 1}.zip"
            self.inner = zipfile.ZipFile(self.target(f"{self.stem}.{self.inner_name}"), "w")
        with self.inner.open(zip_info(name), "w", force_zip64=True) as stream:
            copy_into(file, stream)
        stored = f"{self.stem}.zip/{self.inner_name}/{name}"
        self.count += 1
        if self.count % self.EACH == 0:
            self._put_inner()
        return stored

    def _put_inner(self):
        self.inner.close()
        info = zip_info(self.inner_name)
        info.compress_type = zipfile.ZIP_STORED
        with self.outer.open(info, "w", force_zip64=True) as stream:
            copy_into(self.inner.filename, stream)
        self.inner = None

    def close(self):
        if self.inner is not None:
            self._put_inner()
        self.outer.close()


class Tar(Container):
    """A compressed tar; `compressor` wraps the raw file."""

    extension = ".tar.gz"

    def __init__(self, root, stem):
        super().__init__(root, stem)
        self.raw = open(self.target(stem + self.extension), "wb")
        self.compressed = self.compress(self.raw)
        self.tar = tarfile.open(fileobj=self.compressed, mode="w|", format=tarfile.GNU_FORMAT)

    def compress(self, raw):
        return gzip.GzipFile(filename="", mode="wb", compresslevel=5, fileobj=raw, mtime=MTIME)

    def add(self, file, name):
        info = tarfile.TarInfo(name)
        info.size = os.path.getsize(file)
        info.mtime = MTIME
        with open(file, "rb") as source:
            self.tar.addfile(info, source)
        os.unlink(file)
        return f"{self.stem}{self.extension}/{name}"

    def close(self):
        self.tar.close()
        self.compressed.close()
        self.raw.close()


class TarXz(Tar):
    extension = ".tar.xz"

    def compress(self, raw):
        return lzma.LZMAFile(raw, "wb", preset=0)


class SevenZip(Container):
    def add(self, file, name):
        # 7zz takes the path in the container from the path on disk.
        container = self.target(self.stem + ".7z")
        base = pathlib.Path(str(file).removesuffix(name))
        os.utime(file, (MTIME, MTIME))
        subprocess.run(["7zz", "a", "-t7z", "-mx=1", "-ms=off", "-mtc=off", "-mta=off", "-bso0", "-bsp0",
                        str(container.resolve()), name], cwd=base, check=True)
        os.unlink(file)
        return f"{self.stem}.7z/{name}"


# Of a folder of logs, by its number.
OF_FOLDERS = [Zip, ZipInZip, SevenZip, TarXz, Tar, Gzip, Plain, Zstd, Gzip, ZipEach, Zip, Gzip]
# Of the files of a folder in which many things lie about, by the number of the log.
OF_MIXED = [Plain, Gzip, ZipEach, Zstd, Gzip]
OF_COPIES = [Gzip, Plain, ZipEach]
