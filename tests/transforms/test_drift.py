"""Which column may be which one, renamed."""

import pytest

from transforms.drift import drift


@pytest.mark.parametrize(
    ("missing", "new", "renamed"),
    [
        (["单位名称"], ["机构"], {"单位名称": "机构"}),
        (["单位名称", "单位级别"], ["单位名", "级别", "备注"], {"单位名称": "单位名", "单位级别": "级别"}),
        (["案号", "案由"], ["编号", "事由"], {"案号": "编号", "案由": "事由"}),
        (["姓名", "年龄"], ["AAC003"], {}),
        (["证件号码", "证件类型"], ["证件号"], {"证件号码": "证件号"}),
        (["姓名"], [], {}),
    ],
)
def test_the_likely_partner(missing: list[str], new: list[str], renamed: dict[str, str]) -> None:
    assert drift(missing, new) == {"missing": missing, "new": new, "renamed": renamed}
