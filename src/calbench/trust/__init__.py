"""Keys, signatures and time stamps: who answers for a journal or a certificate, and that nothing changed since.

Everything here works on bytes; what a certificate says is known to other packages.
"""
