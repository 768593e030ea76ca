"""Programs that are measured."""
import collections
import os
import statistics
import subprocess
import sys
import threading
import time

Row = collections.namedtuple("Row", "wall cpu memory")

# How many requests the program has on their way at a time: `SLOTS` in shared/shell/src/cluster.
CONNECTIONS = 6


def measure(command, env, limit=None):
    """Wall seconds, CPU seconds and peak memory (kB) of a program and what it starts; None after
    a limit."""
    begin = time.monotonic()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    timer = threading.Timer(limit, process.kill) if limit else None
    if timer:
        timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    if timer:
        timer.cancel()
        if os.WIFSIGNALED(status):
            return None
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return Row(time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def medians(rows):
    return Row(*(statistics.median(column) for column in zip(*rows)))


class Curl:
    """curl asking for what was asked for: same URLs, encodings and number of connections."""

    def __init__(self, client, exchanges, directory):
        directory.mkdir(exist_ok=True)
        self.directory, self.exchanges = directory, exchanges
        self.common = [
            "silent", "show-error", "no-progress-meter", "http1.1", f'cacert = "{client.ca}"', f'cert = "{client.cert}"',
            f'key = "{client.key}"',
        ]
        if any("gzip" in exchange["encodings"] for exchange in exchanges):
            self.common.append("compressed")
        self.server = client.server

    def config(self, name, exchanges, more=()):
        """A file with the options and URLs. Bodies go to a file, as a program has to have them."""
        lines = [*self.common, *more]
        for exchange in exchanges:
            lines += [f'url = "{self.server}{exchange["path"]}"', 'output = "/dev/null"']
        path = self.directory / f"{name}.curl"
        path.write_text("\n".join(lines) + "\n")
        return path

    def at_once(self):
        """As if all URLs were known from the beginning."""
        more = ["parallel", f"parallel-max = {CONNECTIONS}"]
        return ["curl", "--config", self.config("at-once", self.exchanges, more)]

    def one_by_one(self):
        """On one connection."""
        return ["curl", "--config", self.config("one-by-one", self.exchanges)]

    def in_order(self):
        """The pages of a list one after the other, lists at the same time: a curl for each."""
        lists = {}
        for exchange in self.exchanges:
            lists.setdefault(exchange["path"].split("?")[0], []).append(exchange)
        files = [self.config(f"list-{n}", pages) for n, pages in enumerate(lists.values())]
        # The long ones first, as nobody knows but who has seen them: in curl's favour.
        files.sort(key=lambda file: -file.stat().st_size)
        (self.directory / "lists").write_text("\n".join(map(str, files)))
        script = f'xargs -P {CONNECTIONS} -n 1 curl --config < "$0"'
        return ["sh", "-c", script, str(self.directory / "lists")]
