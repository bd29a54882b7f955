"""One month of the demo's commune, told for the pages in docs/: who does what, and the screens that are shown.

Names of screens begin with the page they are made for.
"""

from unittest.mock import patch

from bot.demo.commune import HAMLET
from bot.demo.given import NOTICE
from bot.demo.month import OFFICER
from tests.docs.commune import Commune
from tests.people import Actor

LAN, MINH, HOA, PAO, CHU = "Vàng Thị Lan", "Lù Văn Minh", "Sùng Thị Hoa", "Sùng A Páo", "Hầu Thị Chư"
HAI, XUAN, SINH, DO, SEN, LU = (
    "Vàng Văn Hải",
    "Lù Thị Xuân",
    "Má A Sình",
    "Thào Thị Dợ",
    "Lý Thị Sen",
    "Cứ Seo Lử",
)
TOAN, TUA = "Lù Văn Toàn", "Vàng A Tủa"
MAI = "Đặng Thị Mai"
"""Who leads the school's cell; the others are of the village's."""
MARKS = {
    **dict.fromkeys((CHU, DO, LAN, PAO, TOAN), "Chưa báo cáo"),
    **dict.fromkeys((MINH, SINH), "Hoàn thành"),
    HAI: "Chưa hoàn thành",
}
"""How tasks are evaluated that are not finished, beside Hoa's."""
COMING, LEAVE = "✅ Có mặt", "🙏 Xin vắng"
AGENDA = "Đánh giá công tác tháng 11\nNhiệm vụ tháng 12\nThăm hỏi gia đình chính sách dịp Tết"
TASK = "Vận động 5 hộ dân làm hố rác, hạn 30/12"
CONCLUSION = "Mỗi đảng viên vận động 5 hộ làm hố rác, xong trước ngày 30/12"
SECRET = "suối mây"
"""What the codes at the meeting are made from; elsewhere by chance."""


async def tell(c: Commune) -> None:
    """The whole month, in its order."""
    await all_join(c)
    await is_planned(c)
    await is_announced(c)
    await answer(c)
    await is_read(c)
    await are_chased(c)
    await report(c)
    await meet(c)
    await ask_who_missed(c)
    await are_given_papers(c)
    await is_overseen(c)


async def all_join(c: Commune) -> None:
    """By a personal link, by the cell's link, and by a sheet of paper."""
    await joins_by_link(c)
    await c.joins(LAN)
    await c.joins(PAO, cell_id=c.town.cell_a)
    await c[PAO].sends(PAO)
    await c.shows("join-request", LAN)
    await c[LAN].taps(f"Là đồng chí {PAO}")
    await c[LAN].sends("/danhsach")
    await c.shows("join-list", LAN)
    await c[LAN].taps("🖨 Phiếu mời (QR)")
    await c.shows("join-sheet", LAN)
    await c.joins(*(name for name, each in c.listed.items() if each.phone and name not in c.people))


async def joins_by_link(c: Commune) -> None:
    """Hoa reads what she agrees to, and is greeted."""
    hoa = c.enters(HOA)
    await hoa.opens(await c.link(HOA))
    await c.shows("join-consent", HOA)
    await hoa.taps("Tôi đồng ý")
    await c.shows("join-welcome", HOA, keys=True)


async def is_planned(c: Commune) -> None:
    """When the cells meet, and what everybody is to do."""
    for leader, day in ((MAI, 10), (LAN, 8)):
        await c[leader].sends("/lich")
        await c[leader].taps("Đặt lịch sinh hoạt thường kỳ")
        await c[leader].sends(f"ngày {day} hằng tháng, 19 giờ 30, nhà văn hóa thôn")
        await c[leader].taps("Đúng")
    lan = c[LAN]
    await lan.taps("📝 Sửa nội dung")
    await lan.sends(AGENDA)
    await lan.sends("/nhiemvu")
    await lan.taps("Giao nhiệm vụ")
    await lan.sends(TASK)
    await c.shows("tasks-line", LAN, last=2)
    await lan.taps("Giao cho tất cả")


async def is_announced(c: Commune) -> None:
    """The committee sends a notice to everybody, to be read by a day."""
    quan = c[OFFICER]
    await c.town.passes_until(2026, 12, 1, 8, 0)
    await quan.sends("/thongbao")
    await quan.answers("✍️ Soạn thông báo", NOTICE, "Xong", "Giữ tiêu đề này", "Toàn bộ Đảng bộ xã Suối Mây")
    await quan.answers("⚙️ Hạn, câu hỏi…", "⏳ Hạn nghiên cứu", "20/12", "‹ Xem lại")
    await c.shows("officers-preview", OFFICER)
    await quan.taps("📣 Gửi")
    await c.town.passes_until(2026, 12, 1, 8, 10)
    await c.shows("officers-notice", HOA)


async def answer(c: Commune) -> None:
    """Whether they come: by a button, in words, through the secretary."""
    await c.town.passes_until(2026, 12, 2, 8, 0)
    await c.shows("answer-invitation", HOA)
    await c.tap(COMING, HOA, LU, TUA)
    await c[MINH].sends("1")
    await c[SEN].sends("dạ em có mặt ạ")
    await c[XUAN].taps(LEAVE)
    await c[XUAN].taps("Việc gia đình")
    await c[DO].sends("em đến muộn 15 phút")
    await c[HAI].sends("em bận, xin vắng")
    await c.shows("answer-words", HAI, last=2)
    await c.shows("answer-leave", LAN)
    await c[LAN].taps("Đồng ý")
    await c[LAN].taps("✍️ Trả lời thay")
    await c[LAN].taps(CHU, c[LAN].tapped)
    await c[LAN].taps(COMING, c[LAN].tapped)
    await c[LAN].sends("/hop")
    await c.shows("answer-headcount", LAN, last=2, but=1)


async def are_chased(c: Commune) -> None:
    """Only who has not answered is asked again, and everybody about the task."""
    await c.town.passes_until(2026, 12, 5, 19, 30)
    await c.shows("tasks-asked", HOA)
    await c.town.passes_until(2026, 12, 5, 20, 0)
    await c.shows("answer-chase", PAO)
    await c.tap(COMING, LAN, PAO, SINH)


async def report(c: Commune) -> None:
    """How far the task is, by a button or in words; the secretary sees the board."""
    await c.town.passes_until(2026, 12, 6, 9, 0)
    await c[HOA].sends("đã vận động được 3 hộ")
    await c.shows("tasks-reported", HOA, last=2)
    await c.tap("100%", XUAN, SEN, LU, TUA)
    await c[SINH].sends("xong 70%")
    await c[MINH].sends("nhắc ít thôi")
    await c.tap("50%", MINH)
    await c[HAI].taps("Gặp khó khăn")
    await c[HAI].sends("mưa nhiều, đường sạt chưa đi được")
    await c[LAN].sends("/nhiemvu")
    await c.shows("tasks-board", LAN)


async def meet(c: Commune) -> None:
    """The roll, the conclusions, the evaluation, and what comes of it."""
    lan = c[LAN]
    await c.town.passes_until(2026, 12, 8, 19, 25)
    await lan.sends("/diemdanh")
    sheet = lan.person.last
    await c.shows("roll-sheet", LAN)
    with patch("bot.actions.check_ins.secrets.token_urlsafe", return_value=SECRET):
        await lan.taps("🔢 Mã điểm danh")
    await c.shows("roll-code", LAN)
    await evaluates(c, lan)
    await c.town.passes_until(2026, 12, 8, 21, 0)
    await writes_conclusions(c, lan)
    await lan.taps("✅ Tất cả có mặt", sheet)
    for _ in range(3):
        await lan.taps(c.button(sheet, TOAN), sheet)
    await lan.taps("🔒 Kết thúc điểm danh", sheet)
    await c.shows("roll-leave", LAN, message=sheet)
    await lan.taps("🙏 Chấp nhận tất cả đơn xin vắng", sheet)
    await lan.taps("🔒 Chốt điểm danh", sheet)
    await c.shows("roll-summary", LAN)


async def writes_conclusions(c: Commune, lan: Actor) -> None:
    """Who led, and what was decided, in a line each, for the minutes."""
    await lan.sends("/diemdanh")
    await lan.answers("⋯ Việc khác", "📝 Nội dung họp", "🕒 Giờ, chủ trì, thư ký")
    await lan.answers("19:30", "21:00", LAN, MINH, "3", CONCLUSION, "Xong")
    await c.shows("papers-conclusions", LAN)


async def evaluates(c: Commune, lan: Actor) -> None:
    """One tap for each task."""
    await lan.sends("/nhiemvu")
    await lan.taps("⭐ Đánh giá nhiệm vụ")
    await lan.taps(c.button(lan.person.last, HOA))
    await lan.taps("Hoàn thành")
    await c.shows("tasks-evaluated", LAN)
    await lan.taps("‹ Danh sách đánh giá")
    await lan.taps(c.button(lan.person.last, "⭐ Tất cả"))
    await lan.taps("Hoàn thành tốt")
    for name, mark in MARKS.items():
        await lan.taps(c.button(lan.person.last, name))
        await lan.taps(mark)
        await lan.taps("‹ Danh sách đánh giá")


async def ask_who_missed(c: Commune) -> None:
    """In plain words."""
    await c[LAN].sends("ai vắng?")
    await c.shows("roll-missed", LAN, last=2)
    await c[LAN].sends("ai vắng 2 tháng liền")


async def are_given_papers(c: Commune) -> None:
    """Invitation and minutes as Word files."""
    lan = c[LAN]
    await lan.sends("/giayto")
    await c.shows("papers-menu", LAN)
    await lan.taps(c.button(lan.person.last, "📄 Biên bản"))
    await c.prints("papers-minutes", LAN)
    await lan.taps(c.button(lan.tapped, "🖨 Danh sách ký"), lan.tapped)
    await c.prints("papers-attendance", LAN)


async def is_read(c: Commune) -> None:
    """Some confirm, some wait."""
    readers = [name for name in c.people if name in c.listed and c.listed[name].cell != HAMLET]
    await c.tap("✅ Tôi đã nghiên cứu", HOA, *(name for name in readers[::3] if name != HOA))


async def is_overseen(c: Commune) -> None:
    """What the committee sees."""
    quan = c[OFFICER]
    await c.town.passes_until(2026, 12, 14, 9, 0)
    await quan.sends("/thongbao")
    await quan.taps(c.button(quan.person.last, "📊"))
    await c.shows("officers-numbers", OFFICER)
    await quan.taps("📉 Chi bộ dưới 80 %")
    await c.shows("officers-low", OFFICER)
    await quan.sends("/bangdiem")
    await c.shows("officers-score", OFFICER)
    await quan.sends("/nhiemvu")
    await c.shows("officers-tasks", OFFICER)
