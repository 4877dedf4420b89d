"""The operator page: a reader of journals and a client of the control channel, served on this machine.

It touches no instrument. A run is a process of its own, so that nothing that happens here can harm one.
"""
