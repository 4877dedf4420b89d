"""Control of a run from another process: the verbs, and the channel in the folder of the run that carries them."""
