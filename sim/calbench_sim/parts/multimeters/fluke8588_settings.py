"""Settings of the 8588A that are kept and given back, and change no reading of the simulation (protocols.md, 3.4).

The commands are those of the public client fluke8588a 0.1.2; what they are after `*RST` is assumed where it does not
say so.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Final

from calbench.simulation.parameters import boolean, choice, number
from calbench.simulation.scpi import Handler

_SWITCH: Final = "switch"
Kind = str | tuple[str, ...] | tuple[float, float]
_APERTURE_MODES: Final = ("AUTO", "FAST", "MANual")
_COUPLINGS: Final = ("AC", "DC")
_IMPEDANCES: Final = ("50", "1M", "10M", "AUTO")
_SECONDARY: Final = ("OFF", "TEMPerature", "RESistance", "VOLTage")
PLAIN: Final[dict[str, tuple[Kind, str]]] = {
    "FORMat:BORDer": (("NORMal", "SWAPped"), "NORM"),
    "MEMory:LOCation": (("VOLatile", "RECord", "OFF"), "VOL"),
    "[SENSe:]VOLTage:AC:BWIDth": (("WIDE", "EXTended"), "WIDE"),
    "[SENSe:]VOLTage:AC:COUNter:BLIMit": (_SWITCH, "0"),
    "[SENSe:]VOLTage:AC:COUNter:COUPling": (_COUPLINGS, "AC"),
    "[SENSe:]VOLTage:AC:COUNter:GATE": ((1e-4, 10.0), "0.1"),
    "[SENSe:]VOLTage:AC:COUPling:SIGNal": (("AC1M", "AC10M", "DC1M", "DC10M", "DCAuto"), "AC1M"),
    "[SENSe:]VOLTage:AC:SECondary:METHod": (("MEASured", "SINe", "SQUare", "TRIangle", "TRUNcated"), "MEAS"),
    "[SENSe:]CURRent:AC:COUNter:BLIMit": (_SWITCH, "0"),
    "[SENSe:]CURRent:AC:COUNter:COUPling": (_COUPLINGS, "AC"),
    "[SENSe:]CURRent:AC:COUNter:GATE:AUTO": (_SWITCH, "1"),
    "[SENSe:]CURRent:AC:COUPling": (_COUPLINGS, "AC"),
    "[SENSe:]VOLTage:AC:COUNter:GATE:AUTO": (_SWITCH, "1"),
    "[SENSe:]CAPacitance:LOWI": (_SWITCH, "0"),
    "[SENSe:]RESistance:LOWI": (_SWITCH, "0"),
    "[SENSe:]FRESistance:LOWI": (_SWITCH, "0"),
    "[SENSe:]RESistance:FILTer": (_SWITCH, "0"),
    "[SENSe:]FRESistance:FILTer": (_SWITCH, "0"),
    "[SENSe:]RESistance:MODE": (("NORMal", "HVOLtage", "LCURrent", "TRUE"), "NORM"),
    "[SENSe:]FRESistance:MODE": (("NORMal", "HVOLtage", "LCURrent", "TRUE"), "NORM"),
    "[SENSe:]VOLTage[:DC]:APERture:MODE": (_APERTURE_MODES, "AUTO"),
    "[SENSe:]TEMPerature:TC:UNIT": (("C", "F", "K"), "C"),
    "[SENSe:]CURRent[:DC]:APERture:MODE": (_APERTURE_MODES, "AUTO"),
    "[SENSe:]RESistance:APERture:MODE": (_APERTURE_MODES, "AUTO"),
    "[SENSe:]FRESistance:APERture:MODE": (_APERTURE_MODES, "AUTO"),
    "[SENSe:]TEMPerature:TC:APERture:MODE": (_APERTURE_MODES, "AUTO"),
    "[SENSe:]TEMPerature:TC:SECondary": (_SECONDARY, "OFF"),
    "[SENSe:]TEMPerature:TC:TYPE": (("B", "C", "E", "J", "K", "N", "R", "S", "T", "U", "L"), "K"),
    "[SENSe:]FREQuency:COUPling": (_COUPLINGS, "AC"),
    "[SENSe:]PERiod:COUPling": (_COUPLINGS, "AC"),
    "[SENSe:]FREQuency:BWLIMit": (_SWITCH, "0"),
    "[SENSe:]PERiod:BWLIMit": (_SWITCH, "0"),
    "[SENSe:]FREQuency:ROUTe:SIGNal": (("TERMinals", "BNC"), "TERM"),
    "[SENSe:]PERiod:ROUTe:SIGNal": (("TERMinals", "BNC"), "TERM"),
    "[SENSe:]FREQuency:ROUTe:BNC:IMPedance": (_IMPEDANCES, "10M"),
    "[SENSe:]PERiod:ROUTe:BNC:IMPedance": (_IMPEDANCES, "10M"),
    "[SENSe:]FREQuency:ROUTe:BNC:THReshold": ((-5.0, 5.0), "0"),
    "[SENSe:]DIGitize:APERture": ((0.0, 3e-3), "0"),
    "[SENSe:]DIGitize:VOLTage:RANGe": ((0.1, 1000.0), "10"),
    "[SENSe:]DIGitize:CURRent:RANGe": ((1e-5, 30.0), "1"),
    "[SENSe:]DIGitize:VOLTage:COUPling:SIGNal": (("AC1M", "AC10M", "DC1M", "DC10M", "DCAuto"), "DCA"),
    "[SENSe:]DIGitize:CURRent:COUPling": (_COUPLINGS, "DC"),
    "[SENSe:]DIGitize:FILTer": (("OFF", "100KHZ", "3MHZ"), "OFF"),
    "CALCulate:LIMit:STATe": (_SWITCH, "0"),
    "CALCulate:LIMit:UPPer[:DATA]": ((-1e12, 1e12), "0"),
    "CALCulate:LIMit:UPPer:STATe": (_SWITCH, "0"),
    "CALCulate:LIMit:LOWer[:DATA]": ((-1e12, 1e12), "0"),
    "CALCulate:LIMit:LOWer:STATe": (_SWITCH, "0"),
    "CALCulate:MATH:STATe": (_SWITCH, "0"),
    "CALCulate:MATH:MFACtor": ((-1e12, 1e12), "1"),
    "CALCulate:MATH:MFACtor:STATe": (_SWITCH, "0"),
    "CALCulate:MATH:CFACtor": ((-1e12, 1e12), "0"),
    "CALCulate:MATH:CFACtor:STATe": (_SWITCH, "0"),
    "CALCulate:MATH:ZFACtor": ((-1e12, 1e12), "1"),
    "CALCulate:MATH:ZFACtor:STATe": (_SWITCH, "0"),
    "CALCulate:MATH:MUNIT:STATe": (_SWITCH, "0"),
    "CALCulate:SSTatistics:STATe": (_SWITCH, "0"),
    "ROUTe:INPut:GUARd": (_SWITCH, "0"),
    "ROUTe:INPut:SCAN:CALCulate": (("OFF", "FMR", "FDR", "DEViation"), "OFF"),
    "ROUTe:INPut:FDELay": ((0.0, 65000.0), "0"),
    "ROUTe:INPut:FDELay:AUTO": (_SWITCH, "1"),
    "ROUTe:INPut:RDELay": ((0.0, 65000.0), "0"),
    "ROUTe:INPut:RDELay:AUTO": (_SWITCH, "1"),
    "ROUTe:TOUT": (("OFF", "APERture", "RCOMplete", "SIGNal", "TRIGger"), "OFF"),
    "ROUTe:TOUT:SLOPe": (("POSitive", "NEGative"), "POS"),
    "SYSTem:TIME:TIMer": (_SWITCH, "0"),
    "SYSTem:LFRequency:AUTO": (_SWITCH, "1"),
    "SYSTem:COMMunicate:GPIB:ADDRess": ((0.0, 30.0), "18"),
    "SYSTem:COMMunicate:LAN:CONTrol": ((1024.0, 65535.0), "3490"),
    "SYSTem:COMMunicate:LAN:DHCP": (_SWITCH, "1"),
    "*PSC": (_SWITCH, "1"),
    "TRIGger:HOLDoff:AUTO": (_SWITCH, "1"),
    "TRIGger:HOLDoff": ((0.0, 1e5), "0"),
}
STATISTICS: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "AVERage": statistics.fmean,
    "COUNt": len,
    "MAXimum": max,
    "MINimum": min,
    "SDEViation": statistics.pstdev,
    "SPAN": lambda values: max(values) - min(values),
}
"""What `CALCulate:SSTatistics` says of the readings in memory."""
LAYERS: Final = ("ARM:LAYer1", "ARM:LAYer2", "TRIGger")
_IN_EACH_LAYER: Final[dict[str, tuple[Kind, str]]] = {
    "COUPling": (_COUPLINGS, "DC"),
    "DELay:AUTO": (_SWITCH, "1"),
    "ECOunt": ((1.0, 1e6), "1"),
    "FILTer": (("OFF", "70KHZ"), "OFF"),
    "LEVel": ((-160.0, 160.0), "0"),
    "SLOPe": (("POSitive", "NEGative"), "POS"),
    "TIMer": ((1e-5, 1e6), "1"),
}


def defaults() -> dict[str, str]:
    """Give all these settings as they are after `*RST`, by header."""
    layers = {f"{layer}:{name}": default for layer in LAYERS for name, (_, default) in _IN_EACH_LAYER.items()}
    return {header: default for header, (_, default) in PLAIN.items()} | layers


def table(values: dict[str, str]) -> dict[str, Handler]:
    """Give command and query of each of these settings, kept in `values`."""
    kinds = {header: kind for header, (kind, _) in PLAIN.items()}
    kinds |= {f"{layer}:{name}": kind for layer in LAYERS for name, (kind, _) in _IN_EACH_LAYER.items()}
    made: dict[str, Handler] = {}
    for header, kind in kinds.items():
        made |= _one(header.replace("LAYer1", "LAY1").replace("LAYer2", "LAY2"), header, kind, values)
    return made


def _one(written: str, key: str, kind: Kind, values: dict[str, str]) -> dict[str, Handler]:
    def store(text: str) -> None:
        values[key] = _read(text, kind)

    return {written: store, f"{written}?": lambda: values[key]}


def _read(text: str, kind: Kind) -> str:
    if kind == _SWITCH:
        return str(int(boolean(text)))
    if isinstance(kind, tuple) and isinstance(kind[0], str):
        return choice(text, *(str(word) for word in kind))
    low, high = (float(bound) for bound in kind)
    return f"{number(text, low=low, high=high, words={'DEFault': low}):.9G}"
