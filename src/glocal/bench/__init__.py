"""Measurements over the public doors, each beside its limit from the same run.

Every benchmark starts an installation of its own (scratch folder, scratch database), fills it, drives it with 16
clients over HTTP and prints one JSON object a line: ``bench, metric, value, unit`` and, where there is one, ``limit``
and ``ratio``.
CPU figures are user + system time of the process trees of the server (web, relay, jobs) and of the database.
"""
