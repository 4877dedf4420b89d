"""What others can hold on to: keys of stations, seals of runs, proofs of single lines.

A seal is a signed note (C2SP signed-note, tlog-checkpoint) over the Merkle tree of a journal (RFC 9162).
"""
