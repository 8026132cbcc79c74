"""Packs what `perfleak-sim fleet --feed` writes, one log at a time. See tools/fleet/make."""

import argparse
import concurrent.futures
import json
import pathlib
import shutil
import subprocess
import tempfile

import containers
import junk

HEAD_BYTES = 300_000  # of a log, for the broken files


class Packer:
    """Puts away the logs of some groups. A group's logs come one after another."""

    def __init__(self, root, folder):
        self.root = root
        self.folder = folder
        self.open = {}  # of the present group, by kind
        self.group = None
        self.in_group = 0
        self.logs = []
        self.head = b""  # of the archive's first log

    def take(self, log):
        if log["group"] != self.group:
            self.close()
            self.group, self.in_group = log["group"], 0
        file = self.folder / log["path"]
        if self.group == 0 and self.in_group == 0:
            with open(file, "rb") as stream:
                self.head = stream.read(HEAD_BYTES)
        copies = log.pop("copies")
        log["copies"] = [self._copy(file, name, i) for i, name in enumerate(copies)]
        if log["path"].startswith("collected/"):
            kind = containers.OF_MIXED[(self.group + self.in_group) % len(containers.OF_MIXED)]
        else:
            folder = self.group - (self.group + 1) // 3  # each third group is a mixed one
            kind = containers.OF_FOLDERS[folder % len(containers.OF_FOLDERS)]
        log["stored"] = self._container(kind, log["path"]).add(file, log["path"])
        self.in_group += 1
        self.logs.append(log)

    def _copy(self, file, name, i):
        copy = self.folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        kind = containers.OF_COPIES[(self.group // 4 + i) % len(containers.OF_COPIES)]
        return self._container(kind, name).add(copy, name)

    def _container(self, kind, path):
        if kind not in self.open:
            self.open[kind] = kind(self.root, path.split("/")[0])
        return self.open[kind]

    def close(self):
        for container in self.open.values():
            container.close()
        self.open = {}


def run_part(options, part, root):
    """Runs one simulator over its groups. Returns labels of machines, and who packed the logs."""
    command = [options.sim, "fleet", "--feed", "--seed", str(options.seed), "--part", str(part), "--parts",
               str(options.jobs)]
    if options.small:
        command.append("--small")
    else:
        command += ["--machines", str(options.machines), "--logs", str(options.logs), "--bytes",
                    options.bytes]
    with tempfile.TemporaryDirectory(dir=options.out, prefix=".text-") as temporary:
        folder = pathlib.Path(temporary)
        packer = Packer(root, folder)
        with subprocess.Popen([*command, "--out", temporary], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as sim:
            for line in sim.stdout:
                event = json.loads(line)
                if "done" in event:
                    packer.close()
                    return event["done"], packer
                packer.take(event)
                sim.stdin.write("\n")
                sim.stdin.flush()
    raise RuntimeError("the simulator ended early")


def make(options):
    """Returns a sentence on what was made."""
    root = options.out / "archive"
    root.mkdir(parents=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        parts = list(pool.map(lambda part: run_part(options, part, root), range(options.jobs)))
    with tempfile.TemporaryDirectory(dir=options.out, prefix=".text-") as temporary:
        folder = pathlib.Path(temporary)
        scraps = junk.write_junk(root, parts[0][1].head, options.seed, folder)
    logs = sorted((log for _, packer in parts for log in packer.logs), key=lambda log: (log["group"], log["start"]))
    machines = sorted((one for machines, _ in parts for one in machines), key=lambda one: one["machine"])
    text = sum(log["bytes"] * (1 + len(log["copies"])) for log in logs)
    stored = sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
    labels = {"schema_version": "1.0", "kind": "fleet", "seed": options.seed, "text_bytes": text,
              "stored_bytes": stored, "machines": machines, "logs": logs, "junk": scraps}
    with open(options.out / "labels.json", "w", encoding="utf-8") as stream:
        json.dump(labels, stream, indent=1, ensure_ascii=False)
        stream.write("\n")
    leaking = sum(bool(one["leaks"]) for one in machines)
    return (f"{root}: {len(machines)} machines, {leaking} of them leak; {len(logs)} logs with "
          f"{text / 1e6:,.0f} MB of text, copies included, in {stored / 1e6:,.0f} MB")


def main():
    parser = argparse.ArgumentParser(prog="tools/fleet/make", description="Makes the archive of a fleet.")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder to make; must not exist")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same bytes; default 1")
    parser.add_argument("--machines", type=int, default=40)
    parser.add_argument("--logs", type=int, default=500, help="about so many; default 500")
    parser.add_argument("--bytes", default="10G", help="of text, about; default 10G")
    parser.add_argument("--small", action="store_true", help="8 machines, 60 logs, 60 MB")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sim", help="the simulator; default: built from here")
    print(make(parser.parse_args()))


if __name__ == "__main__":
    main()
