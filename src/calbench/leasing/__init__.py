"""Leases: who uses which instrument of this machine now, so that two runs never use one.

A lease is renewed by a heartbeat, and goes by itself when that stays out: no lock is ever left for a person to kick.
`resources` says what one instrument is, however its address is written; `table` is the file that all processes of the
machine share; `keeping` renews the leases of a run; `turns` lets the threads of one process take turns.
"""
