"""What the tools of authors refuse: names of files, comparing, copying, beginning anew; in English and in Chinese."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    ("There is no {thing} '{name}'. There are: {names}.", "没有{thing}“{name}”。现有：{names}。"),
    ("'{name}' is not one file: {names}. Give its path.", "“{name}”对应多个文件：{names}。请给出路径。"),
    (
        "A run has a station of its own: leave --station and --set away.",
        "运行有自己的工作站：请去掉 --station 和 --set。",
    ),
    (
        "--set needs --station: values are chosen for a plan.",
        "--set 需要 --station：参数的值用于计划。",
    ),
    (
        "Write what is begun, and from what: calbench new procedure NAME --from ID (see --list).",
        "请写明新程序的名称和来源：calbench new procedure NAME --from ID（见 --list）。",
    ),
    ("There is {path} already. Choose another name.", "已有 {path}。请换一个名称。"),
    (
        "There is {path} already. Choose another name, or move it away.",
        "已有 {path}。请换一个名称，或将其移走。",
    ),
    (
        "There is {path} already. Move it away, or choose another name with --id.",
        "已有 {path}。请将其移走，或用 --id 换一个名称。",
    ),
    (
        "There is {path} already, and it is not empty. Choose another name, or move it away.",
        "已有 {path}，且不是空的。请换一个名称，或将其移走。",
    ),
    (
        "There is another {path}. Choose another folder with --into.",
        "已有内容不同的 {path}。请用 --into 换一个文件夹。",
    ),
    (
        (
            "'{name}' is no name of a driver. Write vendor/model in lower-case letters, digits and '_', beginning "
            "with a letter, like example/ex100."
        ),
        ("“{name}”不是驱动程序名称。请写 厂商/型号，用小写字母、数字和“_”，以字母开头，如 example/ex100。"),
    ),
    (
        "'{name}' is no name of a driver. Write vendor/model in lower-case letters, digits and '_'.",
        "“{name}”不是驱动程序名称。请写 厂商/型号，用小写字母、数字和“_”。",
    ),
    (
        (
            "'{name}' is no name of a repository. Write lower-case letters, digits and single '-', beginning with "
            "a letter, like voltage-lab."
        ),
        "“{name}”不是项目库名称。请写小写字母、数字和单个“-”，以字母开头，如 voltage-lab。",
    ),
    (
        "The picture {path} does not lie below the folder of the procedure: copy it by hand.",
        "图片 {path} 不在程序的文件夹之下：请手工复制。",
    ),
    (
        "The certificate names no serial number of its item: enter this asset by hand.",
        "证书没有给出器具的出厂编号：请手工录入此资产。",
    ),
    ("interrupted", "已中断"),
)
