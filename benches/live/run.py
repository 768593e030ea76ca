#!/usr/bin/env python3
"""How fast `kubectl igw routes` reads and judges a large cluster, beside curl, kubectl and gwctl.

usage: run.py [--quick] [--runs N] [--check] [ROUTES..]      (1000 and 10000 routes, 5 runs)

Starts a real API server (the lab: needs Go), fills it, and prints requests, bytes, seconds, CPU time
and peak memory, with the ratio to curl asking for the very same. All programs take turns; what is
printed are medians. `--quick` is 1000 routes and 3 runs; `--check` ends with 1 where a bar is missed.
Numbers of one machine: not a test.
"""
import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from client import Client
from programs import Curl, measure, medians

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ROUTE, NAMESPACE = "model-00041", "team-002"
# Seconds between two programs.
REST = 0.5
# How long gwctl may take.
LIMIT = 120
URL = "http://h041.example.com/v1/m00041"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--runs", type=int)
    parser.add_argument("routes", type=int, nargs="*")
    args = parser.parse_args()
    sizes = args.routes or ([1000] if args.quick else [1000, 10000])
    runs = args.runs or (3 if args.quick else 5)
    bars = Bars(all_routes=1.3 if sizes == [1000] else 1.15)
    plugin, live = build()
    with contextlib.ExitStack() as stack:
        lab = stack.enter_context(Lab(live))
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        client = Client(lab.kubeconfig, scratch)
        seconds = {}
        for routes in sizes:
            made = lab.ask(f"fill {routes}")
            print(
                f"\n# {made['routes']:,} HTTPRoutes, Services and EndpointSlices, {made['grants']} ReferenceGrants,"
                f" {made['namespaces']} namespaces (made in {made['seconds']:.0f} s)"
            )
            bench = Bench(lab, client, plugin, scratch, runs, bars)
            seconds[routes] = bench.everything()
            bench.one("one route", ["check", ROUTE, "-n", NAMESPACE])
            bench.one("why", ["why", URL])
        if len(seconds) > 1:
            (few, short), *_, (many, long) = sorted(seconds.items())
            bars.say(f"{few:,} to {many:,} routes, time by route", long / many / (short / few), 1.3)
    return bars.missed if args.check else 0


def build():
    """The release binary as a user has it, and the lab."""
    cargo = ["cargo", "build", "--locked", "--quiet"]
    subprocess.run([*cargo, "--release", "-p", "kubectl-igw-routes"], cwd=ROOT, check=True)
    # Of what it does nothing is measured, and the tests have built most of it.
    live = ["-p", "igw-tests", "--features", "lab", "--bin", "live"]
    subprocess.run([*cargo, *live], cwd=ROOT, check=True)
    target = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
    return target / "release" / "kubectl-igw-routes", target / "debug" / "live"


class Lab:
    """The program `live`, which answers lines with lines."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([self.program], stdin=pipe, stdout=pipe, text=True)
        started = self.read()
        self.kubeconfig, self.proxied = started["kubeconfig"], started["proxied"]
        self.kubectl, self.gwctl = started["kubectl"], started["gwctl"]
        self.home = started["home"]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, line):
        print(line, file=self.process.stdin, flush=True)
        return self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the lab has ended; what it said is above")
        return json.loads(line)


class Bars:
    """What has to be reached."""

    def __init__(self, all_routes):
        self.all_routes, self.missed = all_routes, 0

    def say(self, what, value, most, unit=""):
        good = value <= most
        self.missed |= not good
        print(f"  {'reached' if good else 'MISSED '}  {what}: {value:.2f}{unit} (bar {most}{unit})")


class Bench:
    """One size of cluster."""

    def __init__(self, lab, client, plugin, scratch, runs, bars):
        self.lab, self.client, self.plugin = lab, client, plugin
        self.scratch, self.runs, self.bars = scratch, runs, bars
        self.env = {"KUBECONFIG": lab.kubeconfig, "HOME": lab.home, "PATH": os.environ["PATH"]}

    def seen(self, arguments):
        """What the program asks for: at the proxy, which costs time and is not measured."""
        self.lab.ask("seen")
        env = {**self.env, "KUBECONFIG": self.lab.proxied}
        done = subprocess.run([self.plugin, *arguments], env=env, stdout=subprocess.PIPE, text=True)
        last = done.stdout.strip().splitlines()[-1]
        if done.returncode != 0:
            sys.exit(f"kubectl igw routes {' '.join(arguments)}: exit code {done.returncode}: {last}")
        return self.lab.ask("seen"), last

    def compare(self, programs):
        """Runs all in turns; seconds, CPU seconds and memory of each by name."""
        found = {name: [] for name in programs}
        turns = list(programs)
        for _ in range(self.runs):
            for name in turns:
                # The server cleans up after who was before: everybody gets a rested one, and
                # everybody comes after everybody.
                time.sleep(REST)
                found[name].append(measure(*programs[name]))
            turns = turns[1:] + turns[:1]
        return {name: medians(rows) for name, rows in found.items()}

    def table(self, rows, base):
        print(f"  {'':34}{'wall':>9}{'CPU':>9}{'memory':>10}{'wall / curl':>13}")
        for name, row in rows.items():
            ratio = row.wall / rows[base].wall
            print(f"  {name:34}{row.wall:8.3f}s{row.cpu:8.3f}s{row.memory / 1e3:8.1f}MB{ratio:12.2f}x")

    def everything(self):
        """All routes; returns how long it took."""
        exchanges, verdict = self.seen(["-A"])
        told(f"all routes: kubectl igw routes -A ({verdict})", exchanges)
        curl = Curl(self.client, exchanges, self.scratch / "all")
        kinds = sorted({kind for kind in map(resource, exchanges) if kind})
        get = [self.lab.kubectl, "get", ",".join(kinds), "-A", "-o", "json"]
        programs = {
            "kubectl igw routes -A": ([self.plugin, "-A"], self.env),
            "curl, all at once": (curl.at_once(), {}),
            "curl, each list in its order": (curl.in_order(), {}),
            "kubectl get -A -o json": (get, self.env),
        }
        rows = self.compare(programs)
        own, base = rows["kubectl igw routes -A"], "curl, all at once"
        self.table(rows, base)
        self.bars.say("all routes, wall / curl", own.wall / rows[base].wall, self.bars.all_routes)
        self.bars.say("peak memory", own.memory / 1024, 64, " MiB")
        self.gwctl()
        return own.wall

    def gwctl(self):
        """Once: it is slow."""
        for words in ["get httproutes -A", "describe httproutes -A"]:
            row = measure([self.lab.gwctl, *words.split()], self.env, LIMIT)
            name = f"gwctl {words}"
            if row:
                print(f"  {name:34}{row.wall:8.3f}s{row.cpu:8.3f}s{row.memory / 1e3:8.1f}MB")
            else:
                print(f"  {name:34}    more than {LIMIT} s")

    def one(self, name, arguments):
        """One route, or one request; the pages of all HTTPRoutes, which compete, are not counted."""
        exchanges, _ = self.seen(arguments)
        beside = [e for e in exchanges if "/v1/httproutes?" not in e["path"]]
        told(f"{name}: kubectl igw routes {' '.join(arguments)}", exchanges)
        for exchange in exchanges:
            print(f"    {exchange['status']} {exchange['bytes']:>9,} {exchange['path'][:90]}")
        curl = Curl(self.client, exchanges, self.scratch / name.replace(" ", "-"))
        rows = self.compare({
            "kubectl igw routes": ([self.plugin, *arguments], self.env),
            "curl, one after the other": (curl.one_by_one(), {}),
            "curl, all at once": (curl.at_once(), {}),
        })
        base = "curl, one after the other"
        self.table(rows, base)
        self.bars.say(f"{name}, requests beside the pages of HTTPRoutes", len(beside), 8)
        ratio = rows["kubectl igw routes"].wall / rows[base].wall
        self.bars.say(f"{name}, wall / curl", ratio, 1.3)


def told(title, exchanges):
    total = sum(e["bytes"] for e in exchanges)
    print(f"\n{title}\n  {len(exchanges)} requests, {total / 1e6:.2f} MB on the wire")


def resource(exchange):
    """`httproutes.gateway.networking.k8s.io` of the path of a list; "" of anything else."""
    parts = exchange["path"].split("?")[0].strip("/").split("/")
    if exchange["status"] != 200 or "limit=" not in exchange["path"]:
        return ""
    return f"{parts[-1]}.{parts[1]}" if parts[0] == "apis" else parts[-1]


if __name__ == "__main__":
    sys.exit(main())
