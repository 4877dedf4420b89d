"""Spreading the runs of a proof over workers: processes of this machine, or a Dask cluster.

Workers are spawned, never forked: a fork would carry locks and caches of this process along, and Windows has none.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from typing import Any

from calbench.errors import UsageError
from calbench.proof.trying import Job, Trial, attempt

LOCAL, DASK = "local", "dask://"
_CHUNKS_PER_WORKER = 8
_LONGEST_CHUNK = 50
_MOST_WORKERS = 512
_PATIENCE = 10.0  # s, for a scheduler to answer

_job: list[Job] = []  # of this worker, so that it travels once


def spread(
    job: Job, runs: int, executor: str, workers: int | None, progress: Callable[[int], None]
) -> list[Trial]:
    """Do all runs; gives them in whatever order they are done.

    Raises:
        UsageError: The executor is not known or not there, or the number of workers is not 1 to 512.
    """
    if workers is not None and not 1 <= workers <= _MOST_WORKERS:
        raise UsageError(f"--workers {workers}: give 1 to {_MOST_WORKERS}.")
    if executor == LOCAL:
        made = _here(job, runs, workers or os.cpu_count() or 1)
    elif executor.startswith(DASK) and len(executor) > len(DASK):
        made = _on_dask(job, runs, executor.removeprefix(DASK))
    else:
        raise UsageError(f"--executor {executor!r}: write local, or dask://HOST:PORT.")
    found: list[Trial] = []
    for several in made:
        found += several
        progress(len(found))
    return found


def _here(job: Job, runs: int, workers: int) -> Iterator[list[Trial]]:
    if workers == 1:
        yield from ([attempt(job, index)] for index in range(runs))
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: PLC0415 - loaded where it is used
    from multiprocessing import get_context  # noqa: PLC0415 - as above

    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (job,)) as pool:
        asked = [pool.submit(_several, one) for one in _chunks(runs, workers)]
        try:
            for future in as_completed(asked):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _on_dask(job: Job, runs: int, address: str) -> Iterator[list[Trial]]:
    try:
        dask: Any = importlib.import_module("distributed")  # an extra; it says nothing of its types
    except ImportError as error:
        raise UsageError("--executor dask://… needs Dask: pip install 'calbench[dask]'.") from error
    try:
        client = dask.Client(f"tcp://{address}", timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"No Dask scheduler answers at {address}: {error}.") from error
    with client:
        workers = sum(client.ncores().values()) or 1
        there = client.scatter(job, broadcast=True, hash=False)
        asked = [client.submit(_of, there, one, pure=False) for one in _chunks(runs, workers)]
        for future in dask.as_completed(asked, loop=client.loop):
            yield future.result()


def _chunks(runs: int, workers: int) -> list[range]:
    """Cut the runs into parts that keep every worker busy to the end."""
    length = max(1, min(_LONGEST_CHUNK, runs // (workers * _CHUNKS_PER_WORKER)))
    return [range(first, min(first + length, runs)) for first in range(0, runs, length)]


def _begin(job: Job) -> None:
    _job[:] = [job]


def _several(indices: range) -> list[Trial]:
    return _of(_job[0], indices)


def _of(job: Job, indices: range) -> list[Trial]:
    return [attempt(job, index) for index in indices]
