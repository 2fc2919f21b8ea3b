"""Measure certificates: the first PDF of a process, those after it, their size, and the memory of a long batch.

    .venv/bin/python tests/bench/certificates.py [--count 500] [--threads 4]

Every certificate has another name and code, half of them are in Arabic and English, as in real life: nothing is printed twice.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from credentials.papers import ARABIC, ENGLISH, create_certificate
from perille.credentials.certificate import render
from perille.credentials.codes import make_code
from perille.domain.certificate import Certificate


def certificate(number: int) -> Certificate:
    """Return the certificate of one of many people."""
    if number % 2:
        return create_certificate(name=f"أمينة يوسف {number}", code=make_code(), first=ARABIC, second=ENGLISH)
    return create_certificate(name=f"Amina Yusuf {number}", code=make_code(), first=ENGLISH, second=ARABIC)


def timed(number: int) -> tuple[float, float, int]:
    """Print one certificate; return milliseconds on the clock, milliseconds of CPU, and bytes."""
    paper = certificate(number)
    start, start_cpu = time.perf_counter(), time.thread_time()
    pdf = render(paper)
    return (time.perf_counter() - start) * 1000, (time.thread_time() - start_cpu) * 1000, len(pdf)


def memory() -> float:
    """Return the largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and say it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--threads", type=int, default=4)
    asked = parser.parse_args()
    before = memory()
    first, _cpu, _size = timed(0)
    clock, cpu, sizes = zip(*(timed(number) for number in range(1, asked.count)), strict=True)
    print(f"first {first:.0f} ms")
    print(f"then  median {statistics.median(clock):.1f} ms, 95th of 100 {sorted(clock)[int(len(clock) * 0.95)]:.1f} ms")
    print(f"CPU   median {statistics.median(cpu):.1f} ms")
    print(f"size  {statistics.median(sizes) / 1024:.0f} kB")
    print(f"memory {before:.0f} MB before, {memory():.0f} MB after {asked.count} certificates")
    start = time.perf_counter()
    with ThreadPoolExecutor(asked.threads) as threads:
        list(threads.map(timed, range(asked.count)))
    print(f"{asked.threads} threads: {asked.count / (time.perf_counter() - start):.0f} certificates a second")
    print(f"memory {memory():.0f} MB")


if __name__ == "__main__":
    main()
