"""The guard: a second process that makes the bench safe when the first cannot.

It is started before anything is energised, hears a heartbeat, and acts on an abort, when the heartbeat stays out, and
when the runner dies. It opens lines of its own, and writes what it does into a file of its own. What it does itself
is what the runner does: `safing.make_safe` over all sources of the plan.
"""
