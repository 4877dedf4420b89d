"""Documents: what passes between the stages, as frozen, versioned models.

Authored by people (YAML): `procedure`, `station`, `asset`, `answers`. Written by stages (canonical JSON): `plan`,
`journal`, `record`. `prompt` is what an operator is asked.
"""
