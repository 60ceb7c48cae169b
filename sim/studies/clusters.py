"""Engines that do runs elsewhere: Dask, Ray, and Slurm through submitit; their packages load when asked for."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.ground.errors import RequestError
from sim.studies.engines import WORKER_ENVIRONMENT, Engine, bare_main
from sim.studies.options import options_of

BLOCK = 20  # runs in one Slurm job: a queue is slow, a run is short
SLURM_JOBS = 200  # Slurm jobs that wait or run at a time
FOLDER = "results/.submitit"  # where Slurm jobs leave their logs
POLL = 0.2  # seconds between looks at Slurm jobs; Slurm itself is asked less often
LOOK = 10.0  # seconds between looks at the size of a cluster
PATIENCE = 10.0  # seconds that a scheduler may take to answer, and cancelled jobs to end


class Growing(Engine):
    """An engine whose workers come and go."""

    _next_look = 0.0

    @property
    def window(self) -> int:
        """As of any engine, with the workers that are there now."""
        if time.monotonic() >= self._next_look:
            with suppress(Exception):  # a cluster that is gone says so when it is given work
                self.workers = self._count()
            self._next_look = time.monotonic() + LOOK
        return super().window

    @abstractmethod
    def _count(self) -> int:
        """Workers that are there now."""


class Dask(Growing):
    """A Dask cluster: the one at ``address``, or one of processes on this machine."""

    queues = True

    def __init__(self, address: str, workers: int) -> None:
        import dask  # noqa: PLC0415 - an optional package
        import distributed  # noqa: PLC0415 - an optional package

        class Nanny(distributed.Nanny):
            """Starts its worker again when it has died, long after the cluster was made."""

            async def instantiate(self) -> Any:
                with bare_main():
                    return await super().instantiate()

        self._cluster: Any = None
        if not address:
            # a run that has ended two workers is given up; three more would only take longer
            with bare_main(), dask.config.set({"distributed.scheduler.allowed-failures": 1}):
                self._cluster = distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    worker_class=Nanny,
                    dashboard_address="127.0.0.1:0",  # None would take port 8787, and warn where it is taken
                    silence_logs="CRITICAL",
                )
        try:
            self._client: Any = distributed.Client(
                self._cluster or address, timeout=PATIENCE, set_as_default=False, name="labyrinth"
            )
        except (OSError, ValueError) as error:  # a TimeoutError is an OSError
            raise RequestError(f"no Dask scheduler answers at {address}: {error}", where="executor") from None
        self._pool = self._client.get_executor(pure=False)

    def _count(self) -> int:
        return int(sum(self._client.nthreads().values()))

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Queue it; Dask gives it to another worker if the first dies."""
        if self._client.status != "running":
            raise ConnectionError(f"the Dask scheduler is gone; the connection is {self._client.status}")
        future: Future[Any] = self._pool.submit(function, *arguments)
        return future

    def close(self) -> None:
        """Cancel what is left and leave; a cluster of our own is stopped."""
        with suppress(Exception):  # a cluster that is gone takes no farewell
            self._pool.shutdown(wait=False)
        with suppress(Exception):
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()


class Ray(Growing):
    """A Ray cluster: the one at ``address`` (``auto`` finds it), one that is in use already, or one on this machine."""

    def __init__(self, address: str, workers: int) -> None:
        import ray  # noqa: PLC0415 - an optional package

        self._ray: Any = ray
        joined = ray.is_initialized()
        self._ours = not joined and not address
        self._leaves = not joined
        if not joined:
            more = {"address": address} if address else {"address": "local", "num_cpus": workers}
            try:
                with bare_main():
                    ray.init(log_to_driver=False, include_dashboard=None if address else False, **more)
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise RequestError(
                    f"no Ray cluster answers at {address or 'local'}: {error}", where="executor"
                ) from None
        self._remote: dict[Callable[..., Any], Any] = {}

    def _count(self) -> int:
        return int(self._ray.cluster_resources().get("CPU", 1))

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Queue it for one core. Ray does not try again: the driver does."""
        if function not in self._remote:
            # workers of our own have inherited it; with this Ray starts others than those that are there
            more = {} if self._ours else {"runtime_env": {"env_vars": WORKER_ENVIRONMENT}}
            self._remote[function] = self._ray.remote(num_cpus=1, max_retries=0, **more)(function)
        reference = self._remote[function].remote(*arguments)
        future: Future[Any] = reference.future()
        # to cancel a future does not cancel its task
        future.add_done_callback(lambda done: self._ray.cancel(reference) if done.cancelled() else None)
        return future

    def close(self) -> None:
        """Leave the cluster, if we have joined it; one of our own is stopped."""
        if self._leaves:
            self._ray.shutdown()


class Submitit(Engine):
    """Slurm jobs, or local ones that behave alike, each doing a block of runs."""

    ahead = 1
    keeps = True

    def __init__(self, name: str, text: str, workers: int) -> None:
        import submitit  # noqa: PLC0415 - an optional package

        options = options_of(text, name)
        slurm = name == "slurm"
        self.block = options.pop("block", BLOCK)
        self.workers = options.pop("jobs", SLURM_JOBS if slurm else workers)
        folder = Path(options.pop("folder", FOLDER)).absolute()
        settings = {"timeout_min": 60, "cpus_per_task": 1, "name": "labyrinth"}
        if slurm:
            settings |= {_slurm(key): value for key, value in options.items()}
            settings["slurm_setup"] = [f"export {key}={value}" for key, value in WORKER_ENVIRONMENT.items()]
        else:
            settings |= options
        try:
            self._pool: Any = submitit.AutoExecutor(folder=folder, cluster="slurm" if slurm else "local")
            self._pool.update_parameters(**settings)
        except (AssertionError, NameError, RuntimeError, TypeError, ValueError) as error:
            raise RequestError(f"{name} cannot be used so: {error}", where="executor") from None
        self._under_way: dict[Future[Any], Any] = {}
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Put it in the queue."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        with bare_main():
            job = self._pool.submit(function, *arguments)
        if self._pool.cluster == "local":
            job._results_timeout_s = 1  # the 15 seconds are for disks that are far away
        self._under_way[future] = job
        return future

    def _watch(self) -> None:
        """Look at the jobs in turn; they cannot tell us that they have ended."""
        while not self._closed.wait(POLL):
            for future, job in list(self._under_way.items()):
                if self._closed.is_set():
                    return
                try:
                    if not job.done():
                        continue
                    found = job.result()
                except Exception as error:  # noqa: BLE001 - whatever it is, the driver has to know
                    self._under_way.pop(future)
                    future.set_exception(error)
                    continue
                self._under_way.pop(future)
                _tidy(job)
                future.set_result(found)

    def close(self) -> None:
        """Cancel the jobs that wait or run."""
        self._closed.set()
        left = list(self._under_way.values())
        for job in left:
            with suppress(Exception):
                job.cancel()
        end = time.monotonic() + PATIENCE
        while left and self._pool.cluster == "local" and time.monotonic() < end:
            left = [job for job in left if not job.done()]
            time.sleep(0.05)


def _tidy(job: Any) -> None:
    """Logs of a job stay; its pickles, of which nobody has use any more, would fill the disk."""
    for path in (job.paths.result_pickle, job.paths.submitted_pickle):
        path.unlink(missing_ok=True)


def _slurm(key: str) -> str:
    """Submitit wants what only Slurm knows to be said so."""
    common = ("timeout_min", "mem_gb", "cpus_per_task", "nodes", "name", "gpus_per_node", "tasks_per_node")
    return key if key in common or key.startswith("slurm_") else f"slurm_{key}"
