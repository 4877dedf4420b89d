"""What others can hold on to: keys, seals of runs, proofs of single lines, signatures and time stamps of certificates.

A seal is a signed note (C2SP signed-note, tlog-checkpoint) over the Merkle tree of a journal (RFC 9162). Certificates
are signed as XMLDSig or XAdES, and as PAdES. Everything here works on bytes; what they say is known to other packages.
"""
