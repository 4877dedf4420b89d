"""Three programs of others read and judge digital certificates: pydcc, dcc-json-toolkit and dcclib.

Run it as `python dcc_readers.py SCHEMAS CERTIFICATE…`; prints JSON, by certificate what each of them says.

pydcc and dcc-json-toolkit would load the schema from the network: here they get it from the folder, or go without.
pydcc also loads a validator of signatures that does not know the OpenSSL of today; reading needs none of it.
"""

from __future__ import annotations

import json
import sys
import types
from collections import Counter
from pathlib import Path
from typing import Any

signatures = types.ModuleType("certvalidator")
for missing in ("CertificateValidator", "ValidationContext", "errors"):
    setattr(signatures, missing, None)
sys.modules["certvalidator"] = signatures

import dcc.dcc as pydcc  # noqa: E402 - after the stand-in
from dcc_json_toolkit import DccSchema  # noqa: E402 - as above
from dcclib.validation import SchematronValidator, XsdValidator  # noqa: E402 - as above


def main(schemas: str, *certificates: str) -> None:
    """Let all of them read every certificate."""
    pydcc.DCCXMLValidator = lambda: None
    schema = str(Path(schemas) / "v3.3.0" / "dcc.xsd")
    toolkit = DccSchema("3.3.0", no_cache=True, schema_url=schema)
    xsd = XsdValidator.from_file(schema)
    rules = {
        "current": SchematronValidator.from_file(str(Path(schemas) / "schematron" / "dcc.sch")),
        "shipped": SchematronValidator.for_dcc(),
    }
    found = {
        name: {
            "pydcc": _pydcc(name),
            "toolkit": {"errors": toolkit.validate_dcc(name), "content": toolkit.to_dict(name)},
            "dcclib": {
                "valid": xsd.validate_file(name).is_valid,
                "rules": {which: _roles(validator, name) for which, validator in rules.items()},
            },
        }
        for name in certificates
    }
    print(json.dumps(found, default=str))


def _pydcc(name: str) -> dict[str, Any]:
    read = pydcc.DCC(
        name, signature_verification=False
    )  # its validator of signatures is not there, see above
    return {
        "loaded": read.is_loaded(),
        "uid": read.uid(),
        "version": read.version(),
        "date": str(read.calibration_date()),
        "language": read.mandatory_language(),
        "results": read.get_calibration_results("name", "en"),
    }


def _roles(validator: SchematronValidator, name: str) -> dict[str, int]:
    """Count what is said by its role, and apart of signatures: `is_valid` stays true while errors are reported."""
    result = validator.validate_file(name)
    said = [*result.failed_assertions, *result.successful_reports]
    signed = {True: " in signature", False: ""}
    return dict(
        Counter(
            f"{each.role}{signed['xmldsig#}Signature[' in each.location]}"
            for each in said
            if each.role != "information"
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
