"""A made-up commune, the same every time, as a membership list in the form an office would send it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from openpyxl import Workbook

TITLE = "ĐẢNG BỘ XÃ SUỐI MÂY"
VILLAGE, HAMLET, SCHOOL = "Chi bộ thôn Nà Lặn", "Chi bộ thôn Bản Mây", "Chi bộ Trường Tiểu học Suối Mây"
HEADINGS = (
    *("TT", "Mã đảng viên", "Họ và tên", "Số CCCD", "Chi bộ", "Chức vụ", "Tình trạng"),
    *("Điện thoại", "Chi bộ nơi cư trú", "Ghi chú"),
)
"""Two of the columns are there to be left out by the import."""

LEADERS = {
    VILLAGE: ("Vàng Thị Lan", "Lù Văn Minh"),
    HAMLET: ("Hoàng A Dũng", "Giàng Thị Mỷ"),
    SCHOOL: ("Đặng Thị Mai", "Nguyễn Văn Quang"),
}
"""Secretary and deputy of each cell."""
MEMBERS = {
    VILLAGE: (
        *("Sùng Thị Hoa", "Sùng A Páo", "Vàng Văn Hải", "Lù Thị Xuân", "Má A Sình", "Thào Thị Dợ"),
        *("Vàng A Tủa", "Lý Thị Sen", "Cứ Seo Lử", "Hầu Thị Chư", "Lù Văn Toàn", "Tẩn Mỹ Dao"),
    ),
    HAMLET: (
        *("Hoàng Thị Ngân", "Lò Văn Piêng", "Lò Thị Inh", "Chảo Láo Tả", "Phàn Tả Mẩy", "Giàng A Sở"),
        *("Hoàng Văn Thắng", "Lừu Thị Ly", "Vừ A Dế", "Lò Văn Ún", "Chảo Mùi Pết"),
    ),
    SCHOOL: (
        *("Trần Thị Thu Hà", "Phạm Ngọc Ánh", "Lê Văn Đức", "Bùi Thị Nhung", "Lục Thị Bích", "Vi Văn Thọ"),
        *("Nông Thị Én", "Hà Minh Tuấn", "Đỗ Thị Ước", "Ngô Quý Ý", "Triệu Thị Yên"),
    ),
}
RETIRED = {"Tẩn Mỹ Dao", "Chảo Mùi Pết"}
PROBATIONARY = {"Sùng A Páo", "Giàng A Sở", "Hà Minh Tuấn"}
WITHOUT_PHONE = {"Hầu Thị Chư", "Lò Văn Ún"}
LIVING_IN = {
    **dict.fromkeys(("Trần Thị Thu Hà", "Lê Văn Đức", "Lục Thị Bích", "Nông Thị Én"), VILLAGE),
    **dict.fromkeys(("Phạm Ngọc Ánh", "Bùi Thị Nhung", "Ngô Quý Ý"), HAMLET),
}
"""Teachers who are registered as residents of the village they live in."""


def write(path: Path) -> Path:
    """Write the list as a workbook, with a title above its header; the path again."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ((TITLE,), ("DANH SÁCH ĐẢNG VIÊN",), (), HEADINGS, *rows()):
        sheet.append(list(row))
    book.save(path)
    return path


def rows() -> Iterator[tuple[object, ...]]:
    """The people, cell by cell, the secretary and the deputy first."""
    number = count(1)
    for cell, (secretary, deputy) in LEADERS.items():
        offices = {secretary: "Bí thư", deputy: "Phó bí thư"}
        for name in (secretary, deputy, *MEMBERS[cell]):
            yield _row(next(number), name, cell, offices.get(name))


def _row(number: int, name: str, cell: str, office: str | None) -> tuple[object, ...]:
    status = "Miễn CT, SH" if name in RETIRED else "Dự bị" if name in PROBATIONARY else "Chính thức"
    phone = None if name in WITHOUT_PHONE else f"09{80_000_000 + 1_357 * number}"
    return (
        *(number, f"SM.{number:03}", name, f"{10**11 + number}", cell, office, status),
        *(phone, LIVING_IN.get(name), None),
    )
