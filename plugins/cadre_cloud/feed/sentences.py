"""What the ledger says to the clerk who has to mend a delivery; Chinese, and never a value of a row."""

from cadre_cloud.ledger import Standing
from cadre_cloud.quality import Finding
from transforms.contract import Contract

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


def refusal(contract: Contract, row_no: int, field: str, reason: str) -> str:
    """Why one row is refused, with its resource, row and column."""
    source = next((sent for sent, column in contract.columns.items() if column.name == field), "")
    column = f"“{source}”" if source else ""
    return f"{contract.resource} 第{row_no}行{column}{_REASONS[reason]}"


def held_by(finding: Finding, rows: int, stands: Standing | None) -> str:
    """Why a delivery is held by an expectation of its suite."""
    if finding.expectation == "expect_table_row_count_to_be_between":
        before = f"，上次为{stands.received}行" if stands else ""
        return f"本次仅{rows}行{before}，行数明显不足，整批暂停入库"
    share = f"（{finding.unexpected_share:.1%}不符）" if finding.unexpected_share is not None else ""
    return f"“{finding.column or '整批'}”未达到质量要求 {finding.expectation}{share}，整批暂停入库"
