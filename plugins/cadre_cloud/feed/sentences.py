"""What the ledger says to the clerk who has to mend a delivery; Chinese, and never a value of a row."""

from cadre_cloud.ledger import Standing
from cadre_cloud.quality import REFUSED, Finding
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable

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
}


def refusal(contract: Contract, field: str, reason: str) -> tuple[str, str]:
    """Why a row is refused, with its resource and column: what stands before the row's number, and what behind."""
    source = next((sent for sent, column in contract.columns.items() if column.name == field), "")
    column = f"“{source}”（{field}）" if source else ""
    return f"{contract.resource} 第", f"行{column}{_REASONS[reason]}"


def unreadable(contract: Contract, error: Unreadable) -> str:
    """Why a delivery is held that cannot be read as a whole."""
    match error.reason:
        case "empty":
            return "文件是空的，请重新交付"
        case "too_big":
            return "解压后的内容过大，可能不是正常的数据文件，请核对后分批重新交付"
        case "no_sheet":
            return f"工作簿中没有工作表“{'、'.join(error.columns)}”，现有：{'、'.join(error.new)}，请核对后重新交付"
        case "column_twice":
            return f"表头中列名重复：{'、'.join(error.columns)}，请核对后重新交付"
        case "missing_column":
            names = "、".join(f"{source}（{contract.columns[source].name}）" for source in error.columns)
            new = f"；多出未约定的列：{'、'.join(error.new)}，可能是改了列名" if error.new else ""
            return f"缺少约定的列：{names}{new}"
    return f"内容无法按约定格式（{getattr(contract.source, 'format', 'json')}）读取，可能已损坏或引号未闭合，请重新交付"


def held_by(finding: Finding, rows: int, stands: Standing | None) -> str:
    """Why a delivery is held by an expectation of its suite."""
    if finding.expectation == "expect_table_row_count_to_be_between":
        before = f"，上次为{stands.received}行" if stands else ""
        return f"本次仅{rows}行{before}，行数明显不足，整批暂停入库"
    if finding.column == REFUSED:
        return f"{finding.unexpected_share or 0:.1%}的行未通过逐行检查，整批暂停入库"
    share = f"（{finding.unexpected_share:.1%}不符）" if finding.unexpected_share is not None else ""
    return f"“{finding.column or '整批'}”未达到质量要求 {finding.expectation}{share}，整批暂停入库"
