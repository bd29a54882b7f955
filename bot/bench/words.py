"""What is said and pressed in the measurements: the same for both sides."""

NOTICE = (
    "<b>Nghị quyết về chuyển đổi số trong công tác xây dựng Đảng</b>\n"
    "Đảng ủy gửi đồng chí nội dung cần nghiên cứu trong tháng này. Sau khi đọc xong, đồng chí vui lòng bấm nút "
    "bên dưới để xác nhận đã nghiên cứu, trước ngày họp chi bộ."
)
STUDY = (
    "Nghị quyết về chuyển đổi số trong công tác xây dựng Đảng\n"
    "Đảng ủy gửi đồng chí nội dung cần nghiên cứu trong tháng này, trước ngày họp chi bộ."
)
DIRECTIVE = "Chỉ thị về nâng cao chất lượng sinh hoạt chi bộ\n\n" + "\n\n".join(
    f"Điều {number}. "
    + "Các chi bộ phân công nhiệm vụ cụ thể cho từng đảng viên & đánh giá hằng tháng tại buổi sinh hoạt. " * 7
    for number in range(1, 19)
)
"""A text of the length of a real one: more than 12,000 characters."""
CONFIRM = "Tôi đã nghiên cứu"
INVITATION = (
    "Giấy mời họp chi bộ thường kỳ\nChi bộ 1 kính mời đồng chí dự họp.\n"
    "Xin đồng chí cho biết có đến được không: bấm một nút, hoặc gõ 1 (có mặt), 2 (xin vắng), 3 (đến muộn)."
)
NOTED = (
    "Đã ghi: <b>có mặt</b>.\n\nHọp chi bộ thường kỳ, Chi bộ 1\n19 giờ 30, thứ Sáu, ngày 06/03/2026\n"
    "Nhà văn hóa\n\nNếu thay đổi, đồng chí chỉ cần bấm nút khác."
)
TOAST = "Đã ghi: có mặt"
COMING = "✅ Có mặt"
LEAVE = "🙏 Xin vắng"
LATE = "⏰ Đến muộn"


def invitation_rows(meeting: int) -> list[list[dict[str, str]]]:
    """The buttons under an invitation, as Telegram's plain values."""
    coming, leave, late = (
        {"text": text, "callback_data": f"answer:{meeting}:{answer}"}
        for text, answer in ((COMING, "coming"), (LEAVE, "leave"), (LATE, "late"))
    )
    return [[coming], [leave, late]]
