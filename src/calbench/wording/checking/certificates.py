"""Digital calibration certificates."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    (
        "{path} cannot be read: {cause}. Give the XML file of a DCC.",
        "无法读取 {path}：{cause}。请给出 DCC 的 XML 文件。",
    ),
    (
        "this is no digital calibration certificate: its root is {root}",
        "这不是数字校准证书：其根元素为 {root}",
    ),
    ("the root of a DCC is {root}", "DCC 的根元素为 {root}"),
    ("DCC version {version} is not read here", "不支持 DCC 版本 {version}"),
    ("versions 3.0.0 to 3.3.0 are: ask the issuer for one", "支持 3.0.0 至 3.3.0 版：请向签发方索取"),
    ("<{element}> is missing", "缺少 <{element}>"),
    ("the schema demands it: ask the issuer", "模式要求有它：请询问签发方"),
    ("<{element}> is empty", "<{element}> 是空的"),
    ("the schema demands a text", "模式要求有文本"),
    ("{text} is neither true nor false", "{text} 既不是 true 也不是 false"),
    ("one value is needed", "需要一个值"),
    ("there is no value", "没有值"),
    ("there is no unit", "没有单位"),
    ("a plain number has the unit \\one", "纯数的单位为 \\one"),
    ("{text} is no number", "{text} 不是数"),
    ("write digits, a point and an exponent", "请写数字、小数点和指数"),
    ("{number} of something stand beside {count_of} values", "{count_of} 个值对应了 {number} 个内容"),
    ("write one for all, or one for each", "请为全部写一个，或为每个各写一个"),
    ("an uncertainty has no value", "不确定度没有值"),
    (
        "{folder} ({by}) has no DCC schemas: it needs files such as v3.3.0/dcc.xsd.",
        "{folder}（{by}）中没有 DCC 模式：需要如 v3.3.0/dcc.xsd 的文件。",
    ),
    (
        "{file} is of DCC version {version}; {folder} has schemas of {known}.",
        "{file} 为 DCC 版本 {version}；{folder} 中有 {known} 版的模式。",
    ),
    ("{message} (at {place})", "{message}（位于 {place}）"),
    ("{said} (at {place})", "{said}（位于 {place}）"),
    ("see the schema of this version", "请查看此版本的模式"),
    ("units are such as \\milli\\volt or \\one", "单位如 \\milli\\volt 或 \\one"),
    ("{text} is no unit of D-SI", "{text} 不是 D-SI 的单位"),
    (
        "{text} is a unit of D-SI that this program does not calculate with",
        "{text} 是 D-SI 的单位，但本程序不用它计算",
    ),
    ("{text} is no unit of D-SI: kilogram takes no prefix", "{text} 不是 D-SI 的单位：千克不带词头"),
    ("write \\gram", "请写 \\gram"),
    (
        "this file has {number} bytes; certificates have at most {most}",
        "此文件有 {number} 字节；证书最多 {most} 字节",
    ),
    ("embed no large files in it", "请不要在其中嵌入大文件"),
    ("not well-formed XML: {reason} (column {column})", "不是规范的 XML：{reason}（第 {column} 列）"),
    ("not well-formed XML: {reason}", "不是规范的 XML：{reason}"),
    ("see this line", "请查看此行"),
    ("elements stand more than {number} deep", "元素嵌套超过 {number} 层"),
    ("certificates do not", "证书不会如此"),
    ("there are more than {number} elements", "元素超过 {number} 个"),
    ("use lists of values", "请使用值的列表"),
    (
        "a document type (<!DOCTYPE …>) is refused, and entities with it",
        "不接受文档类型（<!DOCTYPE …>）及其实体",
    ),
    ("the encoding {encoding} is not read", "不支持编码 {encoding}"),
)
