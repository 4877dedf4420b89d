"""Why a plan is refused because of roles and standards: in English and in Chinese."""

from __future__ import annotations

MESSAGES: tuple[tuple[str, str], ...] = (
    # roles and standards
    (
        "Role '{role}' is not filled: it needs {needs}. Instruments of the station: {has}.",
        "角色“{role}”无人担任：需要 {needs}。工作站的仪器：{has}。",
    ),
    (
        "Role '{role}' is not filled: it needs {needs}. Instruments with it: {has}.",
        "角色“{role}”无人担任：需要 {needs}。该工位的仪器：{has}。",
    ),
    (
        (
            "Role '{role}': whether {source} is off is seen by {witness} (seen_by in the station), which "
            "plays no role in this run, so the outputs could never be verified off. Instruments of this "
            "run: {there}. Take a procedure with a role that {same} plays, or name one of these as seen_by "
            "if it measures at the terminals."
        ),
        (
            "角色“{role}”：{source} 是否关闭由 {witness} 监视（工作站的 seen_by），但它在此运行中"
            "不担任角色，因此无法确认输出已关闭。此运行的仪器：{there}。请选用由 {same} 担任角色的程序，"
            "或将测量该输出端的上述仪器之一设为 seen_by。"
        ),
    ),
    ("Role '{role}': {why}", "角色“{role}”：{why}"),
    ("it has no asset, so it is not in calibration.", "该仪器没有资产记录，因此不在校准有效期内。"),
    (
        "{asset} is of class {given}, wanted is {asked} or better.",
        "{asset} 的等级为 {given}，要求为 {asked} 或更高。",
    ),
    ("{asset}: its certificate {number} is of a simulated run.", "{asset}：其证书 {number} 来自模拟运行。"),
    (
        "{asset} is {status}: take another standard, or put it back in service in its asset file.",
        "{asset} 的状态为 {status}：请换用其他标准器，或在其资产文件中恢复使用。",
    ),
    (
        (
            "{asset} was due for calibration on {due} and it is {today}: have it calibrated and enter "
            "the new certificate."
        ),
        "{asset} 的校准已于 {due} 到期，今天是 {today}：请送校并录入新证书。",
    ),
    (
        "{asset}: its certificate is dated {dated}, after {today}.",
        "{asset}：其证书日期为 {dated}，晚于 {today}。",
    ),
    (
        (
            "{point}: {asset} ({model}) has no certified {needed} at {value}; its certificate covers "
            "{covered}."
        ),
        "{point}：{asset}（{model}）在 {value} 没有 {needed} 的校准值；其证书覆盖 {covered}。",
    ),
    (
        (
            "{point}: {asset} ({model}) has no certified {needed} at {value} on the range {range}; its "
            "certificate covers {covered}."
        ),
        (
            "{point}：{asset}（{model}）在量程 {range} 的 {value} 没有 {needed} 的校准值；其证书覆盖 "
            "{covered}。"
        ),
    ),
    (
        (
            "Role '{role}': the standard is not accurate enough. Its TUR, tolerance span / (2 U), is "
            "below {asked} at {count}. Take a better standard, or lower min_tur with a reason."
        ),
        (
            "角色“{role}”：标准器准确度不足。其 TUR（允差区间 / (2 U)）在 {count} 低于 {asked}。"
            "请换用更好的标准器，或说明理由后降低 min_tur。"
        ),
    ),
    (
        (
            "Role '{role}': the standard is not of a class that is good enough. Its maximum "
            "permissible error is above {share} of the limit (max_error_share) at {count}. Take a "
            "standard of a better class."
        ),
        (
            "角色“{role}”：标准器等级不足。其最大允许误差在 {count} 超过允差的 "
            "{share}（max_error_share）。请换用等级更高的标准器。"
        ),
    ),
    (
        (
            "Role '{role}' has max_error_share, and {asset} states no maximum permissible error at "
            "{where}: write mpe: into that entry of {file}, as its specification or class says."
        ),
        (
            "角色“{role}”规定了 max_error_share，而 {asset} 在 {where} 未给出最大允许误差："
            "请按其技术指标或等级在 {file} 的该条目中写入 mpe:。"
        ),
    ),
    (
        (
            "Role '{role}' has max_error_share, and '{instrument}' has no asset that states its "
            "maximum permissible error: name one with asset: in the station, with mpe: in its entries."
        ),
        (
            "角色“{role}”规定了 max_error_share，而“{instrument}”没有给出最大允许误差的资产："
            "请在工作站中用 asset: 指定，并在其条目中写 mpe:。"
        ),
    ),
    (
        (
            "Role '{role}' has max_error_share, and weight {weight} of {asset} ({said}) has no maximum "
            "permissible error in {table} as this program has it: write mpe: beside its mass."
        ),
        (
            "角色“{role}”规定了 max_error_share，而 {asset} 的砝码 {weight}（{said}）在 {table} "
            "中没有最大允许误差：请在其质量旁写 mpe:。"
        ),
    ),
    (
        (
            "{point}: TUR is predicted as {ratio}, and the procedure wants {least} for a decision "
            "(min_tur). Take better standards, or more readings."
        ),
        (
            "{point}：预计 TUR 为 {ratio}，而程序要求至少 {least} 才能判定（min_tur）。"
            "请换用更好的标准器，或增加读数次数。"
        ),
    ),
    (
        (
            "Role '{role}': ballast would take the place of weights of {load} ({stated}), and weights "
            "of at least {least} ({most}) are needed for that. Use more weights, and give what they "
            "are together."
        ),
        (
            "角色“{role}”：替代载荷将代替 {load}（{stated}）的砝码，而至少需要 "
            "{least}（{most}）的砝码。请使用更多砝码，并给出其总量。"
        ),
    ),
    (
        (
            "{point}: its load needs ballast whose mass the point {name} finds, and the plan has no "
            "such point before it. Have larger weights, or add that point to the test that substitutes."
        ),
        (
            "{point}：其载荷需要由测量点 {name} 确定质量的替代载荷，而计划中此前没有该点。"
            "请使用更大的砝码，或在替代试验中增加该点。"
        ),
    ),
    (
        (
            "the weights of {sets} cannot be put together to {load}; it has {there}. Take another "
            "load, or a set that has it"
        ),
        "{sets} 的砝码无法组合成 {load}；现有 {there}。请改用其他载荷或含有该载荷的砝码组",
    ),
    (
        (
            "the weights of {sets} cannot be put together to {load}; it has {there}. Take another "
            "load, or a set that has it, or ballast in place of weights"
        ),
        "{sets} 的砝码无法组合成 {load}；现有 {there}。请改用其他载荷、含有该载荷的砝码组，或替代载荷",
    ),
    (
        (
            "the weights of {sets} cannot be put together to {full}, in place of which ballast is put, "
            "and to the rest of {left}; they are {there}. Take another load to substitute, or a set "
            "that has these"
        ),
        (
            "{sets} 的砝码无法组合成被替代的 {full} 和其余的 {left}；现有 {there}。请改变替代载荷，"
            "或使用含有这些砝码的砝码组"
        ),
    ),
)
