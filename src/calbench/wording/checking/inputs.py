"""Tests: inputs, and points said in short."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("'{key}' is computed of inputs, and {view} has none", "“{key}”由输入量计算，而{view}没有输入量"),
    ("add inputs:, or remove it", "请加上 inputs:，或将其删去"),
    (
        "'{key}' is for a test with one reading, and {view} has inputs",
        "“{key}”用于只有一个读数的项目，而{view}有输入量",
    ),
    ("say it of an input, or remove it", "请写在输入量中，或将其删去"),
    (
        "what a reading of {view} is, indication and reference say",
        "{view}的读数是什么，由 indication 和 reference 说明",
    ),
    (
        "{view} has several readings, and it is not clear which is rounded",
        "{view}有多个读数，不清楚修约哪一个",
    ),
    ("write of: error", "请写 of: error"),
    ("there are no inputs", "没有输入量"),
    ("name one, as in t: {read: uut.temperature}", "请给出一个，如 t: {read: uut.temperature}"),
    (
        "'{name}' is a word of expressions, and no name for an input",
        "“{name}”是表达式的保留字，不能作输入量的名称",
    ),
    ("'{name}' is a parameter, and no name for an input too", "“{name}”是参数，不能同时作输入量的名称"),
    (
        "'{name}' is a value of the test, and no name for an input too",
        "“{name}”是项目的值，不能同时作输入量的名称",
    ),
    ("'{name}' is a test, and no name for an input too", "“{name}”是项目，不能同时作输入量的名称"),
    ("'{name}' is a unit, and no name for an input", "“{name}”是单位，不能作输入量的名称"),
    ("name it otherwise, as in {name}", "请换一个名称，如 {name}"),
    (
        "input {input} is {shape}, and the nominal value does not say what it will read",
        "输入量 {input} 是{shape}，标称值不能说明它将读到什么",
    ),
    ("add expected: about what it reads", "请加上 expected:（大约的读数）"),
    ("say when it is left out, and what then stands for it", "请说明何时略去它，以及由什么代替"),
    ("weights are handled, and {quantity} is read", "操作的是砝码，而读取的是 {quantity}"),
    ("read a mass, or remove {key}", "请读取质量，或删去 {key}"),
    (
        "weights are {how} one by one to what lies there, and {other} is something else",
        "砝码逐个加上或取下（{how}），而 {other} 是另一回事",
    ),
    ("make it an input of its own", "请将其作为单独的输入量"),
    ("nothing says about how much makes the indication step", "没有说明大约多少会使示值跳变"),
    ("add expected:, as in half a step", "请加上 expected:，如半个分度值"),
    (
        "ballast takes the place of weights, and no role here says of which load",
        "以替代载荷代替砝码，而此处没有角色说明代替哪个载荷",
    ),
    ("add place:, of a role with substitution:", "请加上 place:，其角色须有 substitution:"),
    ("say which weights are placed, and to what load", "请说明放置哪些砝码，以及到什么载荷"),
    ("weights are placed, and {quantity} is read", "放置了砝码，而读取的是 {quantity}"),
    ("read a mass, or remove place and load", "请读取质量，或删去 place 和 load"),
    ("{view} has inputs, and nothing says what the indication is", "{view}有输入量，而没有说明示值是什么"),
    ("add indication: an expression of the inputs", "请加上 indication:（输入量的表达式）"),
    ("compute one value of the inputs", "请由输入量计算一个值"),
    (
        "the indication is {shape}, and the nominal value, which it is compared with, is not",
        "示值是{shape}，而与其比较的标称值不是",
    ),
    ("add reference: an expression of the inputs", "请加上 reference:（输入量的表达式）"),
    ("errors are differences, and {unit} is a point on a scale", "误差是差值，而 {unit} 是标尺上的点"),
    ("write K, or delta_degC", "请写 K 或 delta_degC"),
    ("{view} has no error that could be in {unit}", "{view}没有能以 {unit} 表示的误差"),
    ("input {input} applies nothing that could be set to a value", "输入量 {input} 没有施加可以设定的量"),
    ("write expected:, or apply: instead of read:", "请写 expected:，或用 apply: 代替 read:"),
    (
        "'{role}' is set by {thing} too, and puts out one value at a time",
        "“{role}”也由{thing}设定，而它同一时间只能输出一个值",
    ),
    ("set it once at a point, or take another role", "请在每个测量点只设定一次，或换用其他角色"),
    ("the inputs of {view} set sources, and nothing is read", "{view}的输入量都在设定源，没有读数"),
    (
        "add one that reads, as in t: {read: uut.temperature}",
        "请加上一个读数的输入量，如 t: {read: uut.temperature}",
    ),
    (
        "an input sets a source to one value, which lasts; {measurand} takes {all_of}",
        "输入量将源设定为一个持续的值，而 {measurand} 需要 {all_of}",
    ),
    (
        "an input sets a source to one value, which lasts; {measurand} is over when it stops",
        "输入量将源设定为一个持续的值，而 {measurand} 停止即告结束",
    ),
    ("let the test apply it: apply:, with its with:", "请由项目施加：用 apply: 及其 with:"),
    ("nothing says what the source of input {input} is set to", "没有说明输入量 {input} 的源设定为多少"),
    ("add value:, as in value: 100 Ohm", "请加上 value:，如 value: 100 Ohm"),
    (
        "'{key}' belongs to a reading, and input {input} sets a source",
        "“{key}”用于读数，而输入量 {input} 设定源",
    ),
    ("'{name}' does not stand before this test", "“{name}”不在此项目之前"),
    ("move it up, or let that test be like this one", "请将其上移，或让那个项目 like 此项目"),
    ("nothing stands before it to be reversed", "其前没有可以反向的测量点"),
    ("write the points of a direction first", "请先写一个方向的测量点"),
    ("one point has no way back", "只有一个测量点，没有返回行程"),
    ("write the points of this direction", "请写出此方向的测量点"),
    (
        "the last point, where the direction turns, may be left out: what is reversed is not clear",
        "转向处的最后一个测量点可能被略去：不清楚反向的是什么",
    ),
)
