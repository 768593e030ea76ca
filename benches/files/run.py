#!/usr/bin/env python3
"""How fast `kubectl igw routes -f` reads and judges a large cluster, beside other YAML parsers.

usage: run.py [--runs N] [ROUTES..]      (1000 and 10000 routes, 5 runs)

Builds the release binary and the example `parse` (our own reading of the same bytes and nothing
else), makes clusters with generate.py, and prints for each program the least wall time, CPU time
and memory of N runs, and the ratio to `parse`. PyYAML (its C parser) is run where Python has it, Go's
sigs.k8s.io/yaml, which kubectl uses, where there is Go. Numbers of one machine: not a test.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYYAML = "import sys, yaml; sum(1 for _ in yaml.load_all(open(sys.argv[1]), Loader=yaml.CSafeLoader))"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("routes", type=int, nargs="*", default=[1000, 10000])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        programs = build(pathlib.Path(scratch))
        for routes in args.routes:
            cluster = pathlib.Path(scratch) / f"{routes}.yaml"
            with cluster.open("w") as out:
                command = [sys.executable, HERE / "generate.py", str(routes)]
                subprocess.run(command, stdout=out, check=True)
            print(f"\n{routes:,} routes, {cluster.stat().st_size / 1e6:.1f} MB of YAML")
            measure(programs, cluster, args.runs)
        start = best([programs["check"][0], "--help"], 20)
        print(f"\n--help: {start[0] * 1000:.1f} ms")


def build(scratch):
    """The programs, each with the arguments before the file."""
    cargo = ["cargo", "build", "--release", "--locked", "--quiet"]
    subprocess.run([*cargo, "-p", "kubectl-igw-routes"], cwd=ROOT, check=True)
    subprocess.run([*cargo, "-p", "igw", "--example", "parse"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    programs = {
        "parse": [target / "examples/parse"],
        "check": [target / "kubectl-igw-routes", "-f"],
    }
    have_yaml = subprocess.run([sys.executable, "-c", "import yaml; yaml.CSafeLoader"], stderr=subprocess.DEVNULL)
    if have_yaml.returncode == 0:
        programs["PyYAML"] = [sys.executable, "-c", PYYAML]
    else:
        print("PyYAML is not measured: python3 cannot import yaml.CSafeLoader")
    if shutil.which("go"):
        binary = scratch / "goyaml"
        subprocess.run(["go", "build", "-o", binary, "."], cwd=HERE / "goyaml", check=True)
        programs["Go's YAML"] = [binary]
    else:
        print("Go's YAML is not measured: there is no go")
    return programs


def measure(programs, cluster, runs):
    print(f"{'':12}{'wall':>9}{'CPU':>9}{'memory':>10}{'CPU / parse':>14}")
    base = None
    for name, command in programs.items():
        wall, cpu, memory = best([*command, cluster], 1 if name == "PyYAML" else runs)
        base = base or cpu
        print(f"{name:12}{wall:8.2f}s{cpu:8.2f}s{memory / 1e3:8.0f}MB{cpu / base:13.2f}x")


def best(command, runs):
    """The least wall time, CPU time and peak memory (kB) of some runs."""
    found = []
    for _ in range(runs):
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            sys.exit(f"{command[0]} ended with {process.returncode}")
        found.append((time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss))
    return tuple(min(column) for column in zip(*found))


if __name__ == "__main__":
    main()
