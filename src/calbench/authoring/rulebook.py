"""The table of all rules, by number. A number never changes its meaning; one that is given up stays unused.

`Y` is the text of a file, `S` its structure, `F` which file it is, `P` procedures, `T` stations, `A` assets,
`D` digital calibration certificates, `B` budgets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from calbench.authoring import wording, yamlfile

_MEANING = {
    "Y017": "more than a hundred problems in one file: how many are not shown",
    "F001": "a file that does not say what it is: procedure, station, asset, budget, units, vocabulary or answers",
    "F002": "the file of another kind than the one that is needed",
    "P001": "a text that is given per language, but not in English",
    "P002": "a placeholder `{name}` that nothing fills",
    "P003": "a picture that is not there, or is none",
    "P004": "a parameter with the name of a unit, a word of the language, or a value of the point",
    "P005": "a parameter whose declaration lacks something or has too much",
    "P006": "a default, choice, minimum or maximum that its parameter cannot have",
    "P007": "an unknown capability or quantity, or one that is there twice",
    "P008": "an unknown role",
    "P009": "a role that is used for something it does not need",
    "P010": "an unknown connection",
    "P011": "two tests with one id, those of sub-procedures included",
    "P012": "two points of one name within a test",
    "P013": "neither or both of `test` and `use`",
    "P014": "keys that have no effect beside `use`, or `with` without `use`",
    "P015": "a step of `setup` or `adjust` without exactly one kind",
    "P016": "a measuring test without exactly one of `ranges`, `points` and `load`, or without points",
    "P017": "a test that neither reads nor asks nor follows from another, or does both",
    "P018": "`for_each` without values, without a list, or with a name that is taken",
    "P019": "passes that are there twice, or none",
    "P020": "an expression with an unknown name, or that mixes dimensions",
    "P021": "an unknown parameter `$name`, or a list where a value is needed",
    "P022": "an expression that gives another kind of value than is needed",
    "P023": "a name that has no value yet, or could mean two things",
    "P024": "a quantity of the wrong dimension or sign",
    "P025": "a count that is no whole number in its bounds",
    "P026": "an environmental condition that says nothing, or two things",
    "P027": "a sub-procedure that is not found",
    "P028": "sub-procedures that use each other without end",
    "P029": "`with` names a parameter that the sub-procedure has not",
    "P030": "`with` gives a value that the parameter cannot have, or lacks one that is needed",
    "P031": "a sub-procedure that needs a role or connection which the procedure has not",
    "P032": "a contribution without exactly one of `std`, `half_width`, `expanded` and `from`, or more beside `from`",
    "P033": "a contribution of type A without `std`",
    "P034": "a half width without a fitting shape, or a shape without half width",
    "P035": "an expanded uncertainty without `k`, or `k` without it",
    "P036": "a contribution from a role that gives no reference value in this test",
    "P037": "two contributions of one name, which would count as one quantity",
    "P038": "an unknown limit",
    "P039": "bands that do not ascend",
    "P040": "`selected_by` that is no parameter with choices, or factors without it",
    "P041": "factors that do not fit the choices of the parameter",
    "P042": "an unknown decision rule, or a coverage that is no share below 1",
    "P043": "`judge_on: rounded` without `rounding`",
    "P044": "more than one limit or resolution for one point",
    "P045": "`must_be` that is not among the answers",
    "P046": "two questions of one name in a prompt",
    "P047": "answers or bounds of a question that contradict each other",
    "P048": "a least number of positions above the most, or below 1",
    "P049": "a setting that instruments do not have, or a value it cannot have",
    "P050": "stimulus and reading that do not go together",
    "P051": "a value to judge per point that is not the error",
    "P052": "a timeout in which no reading can become stable",
    "P053": "a limit with neither `lower` nor `upper`, or a test that measures and has `evaluate` without `limit`",
    "P054": "something alternating that is applied, or compared with a standard, without a frequency",
    "P055": "a frequency where nothing alternates",
    "P056": "a frequency that is none: of another dimension, or not above zero",
    "P057": "a stimulus that takes more than a value and a frequency",
    "P058": "a guard ratio that is missing, negative or no number, or beside a rule that takes none",
    "P059": "a prior that is missing where the decision rule needs one, or that cannot be",
    "P060": "a coverage rule without its `k`, `k` without the rule, or a rule that does not fit the coverage",
    "P061": "a correlation that is not two contributions and a coefficient of -1 to 1, or that cannot hold",
    "P062": "a number of digits of U other than 1 or 2",
    "P063": "draws or a seed that cannot be, nothing or a correlated shape to draw, or a rule for k beside draws",
    "P064": "a test that shares the standards among several units otherwise than the procedure says",
    "P065": "a test that cannot be done at several units in parallel: with weights, or set by hand at each",
    "P066": "stages that are not `[as_found]` or all three in order, or that belong to nothing that is adjusted",
    "P067": "further readings near the limit that cannot be: shares, a number, or a test without any",
    "P068": "a table that is empty or has too much, or a band whose end is missing or there twice",
    "P069": "a value whose name is taken, or that needs itself",
    "P070": "an escalation of prompts that lacks its time, or to whom",
    "P071": "values to vary that have no name of their own, are of several kinds, or are none",
    "P072": "a column of a table that nothing chooses, or that is none of the choices",
    "P073": "a load that does not say what its source takes, or says more",
    "P075": "a key for a test with one reading, in a test with inputs",
    "P076": "an input with the name of a unit, a parameter, a test or a word of the language",
    "P077": "inputs without an indication, an indication or reference without inputs, or two that cannot be compared",
    "P078": "an input of which nothing says what it is expected to read",
    "P079": "weights of an input without a load, a load without weights, or beside a reading that is no mass",
    "P080": "a contribution to an input that the test has not",
    "P081": "a unit of the result that is none, or of no difference",
    "P085": "a test that follows from one that is not there, or measures nothing",
    "P086": "`across` that is no label of the points, or without `of`",
    "P087": "keys that have no effect in a test that follows from another",
    "P088": "a test that follows from another without `evaluate`",
    "P089": "a value of a test that follows from another which does not reduce to one quantity",
    "P090": "a name before a dot that could mean a test or the points of a label",
    "P095": "a verification without a regulation",
    "P096": "a parameter `control` that is no choice of kinds of control, or `controls` without it",
    "P097": "`controls` of a test that name no kind of control, one twice, or one that cannot be chosen",
    "P098": "an interval that is no whole number of months, or of other work than a verification",
    "P099": "`sources` of a test with a table that the procedure says nothing of",
    "P100": "a share of the limit that is none, or of the unit under test",
    "P101": "an edition of a regulation that is no year, or a year within the id of the regulation",
    "P110": "what an instrument must be told to measure something, and is not, or what it does not take",
    "P111": "what an instrument is told that is of another kind than it takes",
    "P115": "an input that may be left out without what stands for it then, or the other way round",
    "P116": "an input that sets no source or reads nothing, does both, or says what belongs to the other",
    "P120": "ranges of a specification for a test that leaves none to it, or none for one that does",
    "P130": "a test that is `like` one that does not stand before it",
    "P131": "points that are `reversed`, where nothing before them says of which way that is the way back",
    "P132": "a vocabulary that is not found",
    "P140": "`conditions` of a test that measures nothing",
    "P141": "a condition without `from` and `to`, or that leaves nothing between them, or no condition",
    "P142": "two conditions of one name in a test",
    "T001": "an unknown driver",
    "T002": "a link that has not exactly one address, or a driver without a link",
    "T003": "a link where nothing is connected",
    "T004": "a bad setting of a serial line, or one on another kind of link",
    "T005": "a time that is none",
    "T006": "an asset whose file is not found, or says that it is another asset",
    "T007": "a capability that does not exist, or that the instrument does not provide",
    "T008": "a simulated station without `simulation`",
    "T009": "a wire, unit or fault of an instrument that does not exist",
    "T010": "a bad quantity, count or date in the simulation",
    "T011": "an unknown simulator",
    "T012": "two instruments with one address or one name",
    "T013": "an address that is none",
    "T014": "an instrument with neither driver nor asset",
    "T015": "a simulated mistake that lacks its value",
    "T016": "a CMC whose capability, span, frequency or expression cannot be",
    "T017": "more sets of weights where there is none, that are no weights, or with a piece of an id that is there",
    "T018": "an instrument of a position alone that does not exist, or in place of the unit under test",
    "T019": "a name of a position that cannot be that of a folder, is that of another one, or means all",
    "T020": "an edition that is no year, or two editions of one regulation",
    "T021": "what shall see whether a source is off, and has no driver that looks at what that puts out",
    "A001": "a due date that is not after the date of the certificate",
    "A002": "a date that does not exist",
    "A003": "an entry that is neither for one value (`at`) nor for a span (`from`, `to`), or no entry",
    "A004": "a span whose ends are exchanged",
    "A005": "an entry without exactly one of `expanded` and `half_width`",
    "A006": "a quantity or expression that does not fit the capability, or has the wrong sign",
    "A007": "an unknown capability",
    "A008": "two weights with one id",
    "A009": "`k` or `dof` that is missing, has nothing to belong to, or is no positive number",
    "A010": "an asset without certified values",
    "A011": "a mass further than 1 % from its nominal value",
    "A012": "an entry of an alternating quantity without the frequencies for which it holds",
    "A013": "an entry with a frequency, of a quantity that does not alternate",
    "A014": "an entry that names a result of the digital certificate and says more beside it",
    "A015": "a digital certificate without its hash or that nothing uses, or a result of one that is not there",
    "A016": "a digital certificate that is not found, or is not the file whose hash is given",
    "A017": "a digital certificate with another number, or of another instrument, than the asset says",
    "A018": "a result that the digital certificate does not have, or that cannot be used as it is",
    "A019": "a coefficient of correlation that is no number from -1 to 1, or with the certificate above from 0 to 1",
    "A020": "coefficients that the values cannot have with each other: the matrix is not positive semidefinite",
    "A021": "a drift of something that the asset is not certified for",
    "A022": "a drift that does not fit the values it is for, or a shape that does not fit its `k`",
    "A023": "a certificate of the history that is no older than the present one",
    "A024": "a certificate of the history that has no value in common with the present one",
    "A025": "a stated drift that the history shows to be too small, beyond the uncertainty of the change",
    "A026": "`between` of a span, or a line that has one end only",
    "A027": "values that are of a day after their certificate",
    "A028": "a certificate that rests on itself",
    "A029": "a value of the history that names a result of the digital certificate",
    "A030": "a correlation that is not two different weights of the set and a coefficient, or is given twice",
    "U001": "work orders of two units with one serial number",
    "D001": "a digital certificate that is no well-formed XML, or in another encoding than UTF-8 or UTF-16",
    "D002": "a digital certificate with a document type or entities",
    "D003": "a digital certificate that is too large or too deep",
    "D004": "an XML file that is no digital certificate, or of another version than 3.0 to 3.3",
    "D005": "a digital certificate that is not valid by the schema of its version",
    "D006": "a digital certificate that lacks something every one must have",
    "D007": "a value in a digital certificate that is none",
    "D008": "lists in a digital certificate that do not belong together",
    "D009": "a value in a digital certificate without unit",
    "B001": "an input without exactly one of `value` and `readings`",
    "B002": "a value without exactly one of `u`, `expanded` and `half_width`, or readings with one of them",
    "B003": "an expanded uncertainty without `k`, or `k` without it",
    "B004": "a shape, `top` or `blur` that has nothing to belong to, or a share outside 0 to 1",
    "B005": "a reading or an uncertainty of another dimension than the value, or a negative one",
    "B006": "degrees of freedom below 1, or beside readings",
    "B007": "fewer than two readings",
    "B008": "a model with an unknown name, that mixes dimensions, or that gives no quantity",
    "B009": "a number before an input that is called like a unit, or an output that is called like an input",
    "B010": "a model that has no value at the values of the inputs, such as a division by zero",
    "B011": "a correlation that is not two different inputs and a coefficient of -1 to 1, or is given twice",
    "B012": "correlations that cannot hold together",
    "B013": "a coverage, or a number of draws or digits, or a seed, that cannot be",
    "B014": "a unit or CMC of no output, or of another dimension than the output",
    "B015": "a coverage rule without its `k`, `k` without the rule, or a rule of a method that is not asked for",
    "B016": "two inputs of one id that do not say the same",
    "B017": "a correlated input whose shape cannot be drawn, with the method mc",
}
_ROW = re.compile(r"^\| ([YS][0-9]{3}) \| (.+) \|$", re.MULTILINE)
_GROUPS = (
    ("Y", "The text of a file"),
    ("S", "The structure of a file"),
    ("F", "Which file it is"),
    ("P", "Procedures"),
    ("T", "Stations"),
    ("A", "Assets"),
    ("D", "Digital calibration certificates"),
    ("B", "Budgets"),
    ("U", "Work orders of several units"),
)


def _documented() -> dict[str, str]:
    rows = [row for module in (yamlfile, wording) for row in _ROW.findall(module.__doc__ or "")]
    return dict(sorted([*rows, *_MEANING.items()]))


RULES: Mapping[str, str] = MappingProxyType(_documented())


def as_markdown() -> str:
    """Write the table of all rules, as `docs/reference/rules.md` holds it."""
    intro = (
        "Every problem that `calbench check` finds ends in the number of its rule. All problems of a file, and of\n"
        "the files that it names, are told at once. A number never changes its meaning.\n\n"
        "What is said of a problem, and how to mend it, is in the language of the terminal or of the page, English or\n"
        "Chinese: `CALBENCH_LANG=zh calbench check FILE`. Names, quotations and what is to be typed stay as they are,\n"
        "and so does the number. `--json` has both: `message` and `help` in English, and the same in `zh`.\n\n"
        "```text\n"
        "p500.yaml:11:5: 错误：未知的键“readngs” [S003]\n"
        "   11 |     readngs: 10\n"
        "      |     ^^^^^^^\n"
        "      = 帮助：是否为“readings”？\n"
        "```"
    )
    parts = ["# Rules of `calbench check`", intro]
    for letter, title in _GROUPS:
        rows = [f"| {rule} | {what} |" for rule, what in RULES.items() if rule.startswith(letter)]
        parts.append("\n".join([f"## {title}\n", "| rule | what is wrong |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"
