"""What the certificates of standards say at the point of use: values, corrections, drift, and what they share.

Pure: documents in, numbers out. Planning uses it to predict and to write down each line of a budget; the rules of
asset files use it to hold a stated drift against the history of an asset.
"""
