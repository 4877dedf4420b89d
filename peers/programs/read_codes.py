"""zxing-cpp reads QR codes from pictures.

Run it as `python read_codes.py PICTURE…`; prints JSON, the texts by picture.
"""

from __future__ import annotations

import json
import sys

import zxingcpp
from PIL import Image


def main(*pictures: str) -> None:
    """Read every picture."""
    print(
        json.dumps({one: [code.text for code in zxingcpp.read_barcodes(Image.open(one))] for one in pictures})
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
