"""What the ledger says to the clerk who has to mend a delivery; Chinese, and never a value of a row."""

from collections.abc import Iterable

from cadre_cloud.feed.quality import REFUSED
from cadre_cloud.warehouse.ledger import Finding, Row, Standing
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable
from transforms.text import tellable

_REASONS = {
    "missing": "必填项为空",
    "bad_format": "格式与约定不符",
    "not_a_number": "不是数字",
    "out_of_range": "超出允许范围",
    "impossible_date": "日期在日历上不存在",
    "unknown_code": "不在代码表中",
    "bad_check_digit": "校验位不符",
    "key_conflict": "同一主键有内容不同的多行",
    "wrong_columns": "列数与表头不符",
    "undecodable": "含有按约定编码无法识别的字节",
    "not_a_form": "不是干部任免审批表",
    "broken": "文件已损坏，无法读取",
    "doctype": "含有文档类型声明，出于安全不予读取",
    "encrypted": "文件加了密码，无法读取",
    "too_big": "文件或解压后的内容过大，不予读取",
}


_NOT_READ = {
    "being_written": "文件仍在写入，本次未读取，写完后下次运行时读取",
    "folder": "是文件夹而不是文件，请放入数据文件",
    "link": "是链接而不是文件，出于安全不予读取，请放入文件本身",
    "no_file": "不是普通文件，无法读取，请放入数据文件",
    "far_day": "文件名中的日期在半年以后，可能写错了，请更正文件名后重新交付",
    "no_day": "文件名中的日期在日历上不存在，不知道是哪一天的数据，请更正文件名后重新交付",
    "broken": "压缩包已损坏，请重新打包后交付",
    "too_big": "压缩包解压后的内容过大，可能不是正常的数据文件，请核对后分批重新交付",
    "unreadable": "平台没有读取权限或存储出错，请检查文件权限后重新交付",
}


_UNREADABLE = {
    "empty": "文件是空的，请重新交付",
    "too_big": "内容或解压后的内容过大，可能不是正常的数据文件，请核对后分批重新交付",
    "no_sheet": "工作簿中没有工作表“{columns}”，现有：{new}，请核对后重新交付",
    "column_twice": "表头中列名重复：{columns}，请核对后重新交付",
    "wrong_encoding": "文件编码可能不是约定的 {agreed}{found}，请按约定编码重新交付",
    "wrong_delimiter": "各列之间似乎用“{new}”分隔，约定为英文逗号，请重新交付",
    "broken_rows": "过半数的行列数与表头不符，或含有无法识别的内容，整批暂停入库，请核对列与编码后重新交付",
    "broken": "内容无法按约定格式（{form}）读取，{perhaps}，请重新交付",
}
_PERHAPS = {
    "csv": "可能已损坏或引号未闭合",
    "xlsx": "可能已损坏、加了密码，或是旧版 xls、网页另存的文件，请另存为不加密的 xlsx",
}

_FAULTS = {
    "expect_column_values_to_not_be_null": "为空或无法按约定读取的行过多",
    "expect_column_values_to_be_unique": "重复的值过多",
    "expect_compound_columns_to_be_unique": "主键重复的行过多",
    "expect_column_values_to_match_regex": "与约定格式不符的行过多",
    "expect_column_values_to_be_between": "超出允许范围的行过多",
}


def not_read(reason: str) -> str:
    """Why something that came is not read at all."""
    return _NOT_READ[reason]


def refusal(contract: Contract, field: str, reason: str) -> tuple[str, str]:
    """Why a row is refused, with its resource and column: what stands before the row's number, and what behind."""
    source = next((sent for sent, column in contract.columns.items() if column.name == field), "")
    column = f"“{source}”（{field}）" if source else ""
    return f"{contract.resource} 第", f"行{column}{_REASONS[reason]}"


def unreadable(contract: Contract, error: Unreadable) -> str:
    """Why a delivery is held that cannot be read as a whole."""
    if error.reason == "missing_column":
        return _missing(contract, error)
    form, encoding = (getattr(contract.source, word, "") for word in ("format", "encoding"))
    new = _listed("制表符" if name == "\t" else name for name in error.new)
    return _UNREADABLE[error.reason].format(
        columns=_listed(error.columns),
        new=new,
        agreed=_shown(encoding),
        found=f"，而像是 {_shown(new)}" if new else "",
        form=form or "json",
        perhaps=_PERHAPS.get(form, "可能没有写完或已损坏"),
    )


def _missing(contract: Contract, error: Unreadable) -> str:
    names = "、".join(f"{source}（{contract.columns[source].name}）" for source in error.columns)
    new = f"；多出未约定的列：{_listed(error.new)}，可能是改了列名" if error.new else ""
    return f"缺少约定的列：{names}{new}"


def _listed(names: Iterable[str]) -> str:
    return "、".join(map(tellable, names))


def _shown(codec: str) -> str:
    return codec.removesuffix("-sig").upper()


def closes_nothing(rows: int) -> str:
    """What is said of a snapshot that is loaded, and has rows of which nobody knows what records they are."""
    return f"{rows}行的主键无法读取，可能是任何一条记录，故本次不关闭任何已不在快照中的记录；请更正这些行后重新交付"


_LINKED_OF = {
    "mentions": "所涉人员中能够直接关联到干部的仅占{share:.1%}，以往为{usual:.1%}，证件号码的形式、加密盐值或列可能有误",
    "recognised": "识别出的人员中证件号码与姓名相符的仅占{share:.1%}，以往为{usual:.1%}，姓名与证件号码可能错位",
    "sample": "人工抽查的自动关联中正确的仅占{share:.1%}，低于要求的{usual:.1%}",
}


LINKING_ALLOWED = "；经人工核对，已恢复自动关联"


def linking_stopped(stop: Row) -> str:
    """That nothing new of a resource is linked without a person, since when and why; of a row of `ledger.linking_stop`."""
    return f"自{stop['day']}起暂停自动关联，新的关联均待人工核对：{_LINKED_OF[stop['reason']].format(**stop)}"


def held_by(finding: Finding, rows: int, stands: Standing | None, contract: Contract) -> str:
    """Why a delivery is held by an expectation of its suite."""
    if finding.expectation == "expect_table_row_count_to_be_between":
        before = f"，上次为{stands.received}行" if stands else ""
        return f"本次仅{rows}行{before}，行数明显不足，整批暂停入库"
    if finding.column == REFUSED:
        return f"{finding.unexpected_share or 0:.1%}的行未通过逐行检查，整批暂停入库"
    share = f"（{finding.unexpected_share:.1%}不符）" if finding.unexpected_share is not None else ""
    source = next((sent for sent, column in contract.columns.items() if column.name == finding.column), None)
    where = f"“{source}”（{finding.column}）" if source else "整批"
    fault = _FAULTS.get(finding.expectation, f"未达到质量要求 {finding.expectation}")
    return f"{where}{fault}{share}，整批暂停入库，请核对后重新交付"


def accepted(message: str) -> str:
    """What is said of a delivery that its suite would hold, and that a person decided to load."""
    return f"{message}；经人工核对，本次予以采用"


def rejected(message: str) -> str:
    """What is said of a held delivery that a person decided not to load."""
    return f"{message}；已人工决定不采用"
