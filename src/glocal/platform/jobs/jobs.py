"""The jobs' own housekeeping."""

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

NAME = "jobs.take_up_stalled"


# No lock, only the one that keeps it from queueing twice: it must run though an earlier one of its own was killed.
@app.periodic(cron="* * * * * */15")
@app.task(name=NAME, queue="periodic", queueing_lock=NAME, pass_context=True)
async def take_up_stalled(context: JobContext, timestamp: int) -> None:
    """Queue the jobs again whose worker was killed: nobody else does, and they would keep their locks for ever."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(stalled)
        except UniqueViolation:  # the next of its kind waits already
            await manager.finish_job(stalled, Status.FAILED, delete_job=False)
