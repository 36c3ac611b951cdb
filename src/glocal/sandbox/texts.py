"""The words on the sandbox's pages, in the languages of the shop's first markets."""

LANGUAGES = ("en", "zh-Hans", "th", "ar")
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "sandbox": (
        "Sandbox: no money moves here",
        "沙盒环境：不会发生真实扣款",
        "แซนด์บ็อกซ์: ไม่มีการตัดเงินจริง",
        "بيئة تجريبية: لا تتحرّك أي أموال هنا",
    ),
    "number": ("Card number", "卡号", "หมายเลขบัตร", "رقم البطاقة"),
    "expiry": ("Expiry (MM/YY)", "有效期（月/年）", "วันหมดอายุ (ดด/ปป)", "تاريخ الانتهاء (شهر/سنة)"),
    "cvc": ("Security code", "安全码", "รหัสความปลอดภัย", "رمز الأمان"),
    "card_details": ("Card details", "银行卡信息", "ข้อมูลบัตร", "بيانات البطاقة"),
    "use_test_card": ("Use a test card", "使用测试卡", "ใช้บัตรทดสอบ", "استخدام بطاقة اختبار"),
    "pay": ("Pay {amount}", "支付 {amount}", "ชำระ {amount}", "ادفع {amount}"),
    "cancel": ("Cancel and go back", "取消并返回", "ยกเลิกและกลับ", "إلغاء والرجوع"),
    "order": ("Order", "订单", "คำสั่งซื้อ", "الطلب"),
    "amount": ("Amount", "金额", "จำนวนเงิน", "المبلغ"),
    "card": ("Card", "银行卡", "บัตร", "البطاقة"),
    "challenge_title": (
        "Is this you?",
        "是您本人操作吗？",
        "นี่คือคุณใช่ไหม",
        "هل هذا أنت؟",
    ),
    "challenge_text": (
        "Your bank asks you to confirm this payment (3-D Secure).",
        "您的银行请您确认此笔付款（3-D Secure）。",
        "ธนาคารของคุณขอให้ยืนยันการชำระเงินนี้ (3-D Secure)",
        "يطلب منك مصرفك تأكيد هذه الدفعة (3-D Secure).",
    ),
    "approve": ("Yes, approve", "是的，确认", "ใช่ ยืนยัน", "نعم، أوافق"),
    "refuse": ("No, refuse", "不是，拒绝", "ไม่ใช่ ปฏิเสธ", "لا، أرفض"),
    "wallet_title": ("Pay with {wallet}", "使用 {wallet} 付款", "ชำระด้วย {wallet}", "الدفع عبر {wallet}"),
    "wallet_text": (
        "You are signed in as a test person. Approve to pay the shop.",
        "您已以测试用户身份登录。确认后即向商店付款。",
        "คุณเข้าสู่ระบบในฐานะผู้ทดสอบ กดยืนยันเพื่อชำระเงินให้ร้าน",
        "أنت مسجّل الدخول كشخص تجريبي. وافق لتدفع للمتجر.",
    ),
    "track_title": ("Your parcel", "您的包裹", "พัสดุของคุณ", "طردك"),
    "expected": ("Expected {date}", "预计 {date} 送达", "คาดว่าจะถึง {date}", "متوقع في {date}"),
    "label_created": ("Announced to the carrier", "已通知承运商", "แจ้งขนส่งแล้ว", "تم إبلاغ شركة الشحن"),
    "picked_up": ("Picked up", "已揽收", "รับพัสดุแล้ว", "تم الاستلام من المرسل"),
    "departed": ("On its way", "运输中", "อยู่ระหว่างขนส่ง", "في الطريق"),
    "customs": ("At customs", "清关中", "อยู่ที่ศุลกากร", "في الجمارك"),
    "out_for_delivery": ("Out for delivery", "派送中", "กำลังนำส่ง", "خرج للتوصيل"),
    "delivered": ("Delivered", "已送达", "จัดส่งสำเร็จ", "تم التسليم"),
    "not_found": (
        "We could not find that. Check the address and try again.",
        "未找到该内容。请检查地址后重试。",
        "ไม่พบสิ่งที่คุณต้องการ ตรวจสอบที่อยู่แล้วลองอีกครั้ง",
        "لم نعثر على ذلك. تحقّق من العنوان وحاول مرة أخرى.",
    ),
    "invalid_number": (
        "The card number is not complete or not right.",
        "卡号不完整或有误。",
        "หมายเลขบัตรไม่ครบหรือไม่ถูกต้อง",
        "رقم البطاقة غير مكتمل أو غير صحيح.",
    ),
    "invalid_expiry": (
        "Write the date as month and year, for example 04/29.",
        "请按“月/年”填写，例如 04/29。",
        "กรอกเดือนและปี เช่น 04/29",
        "اكتب الشهر والسنة، مثل 04/29.",
    ),
    "card_expired": ("This card's date has passed.", "此卡已过期。", "บัตรนี้หมดอายุแล้ว", "انتهت صلاحية هذه البطاقة."),
    "invalid_cvc": (
        "The security code is 3 digits, 4 on American Express.",
        "安全码为 3 位数字，美国运通卡为 4 位。",
        "รหัสความปลอดภัยมี 3 หลัก หรือ 4 หลักสำหรับ American Express",
        "رمز الأمان من 3 أرقام، و4 لبطاقات American Express.",
    ),
    "test_cards_only": (
        "This is a sandbox: use one of its test cards, never a real one.",
        "这是沙盒环境：请使用测试卡，切勿填写真实卡号。",
        "นี่คือแซนด์บ็อกซ์ ใช้บัตรทดสอบเท่านั้น อย่าใช้บัตรจริง",
        "هذه بيئة تجريبية: استخدم بطاقات الاختبار فقط، ولا تستخدم بطاقة حقيقية.",
    ),
    "unreachable": (
        "We could not reach the payment provider. Try again in a moment.",
        "无法连接支付服务商，请稍后重试。",
        "ติดต่อผู้ให้บริการชำระเงินไม่ได้ โปรดลองอีกครั้ง",
        "تعذّر الوصول إلى مزوّد الدفع. حاول مرة أخرى بعد قليل.",
    ),
}
ERRORS = ("invalid_number", "invalid_expiry", "card_expired", "invalid_cvc", "test_cards_only", "unreachable")


def language_of(asked: str) -> str:
    """The nearest of our languages to a BCP 47 tag; English where there is none."""
    primary = asked.lower().replace("_", "-").split("-")[0]
    return {"zh": "zh-Hans", "th": "th", "ar": "ar"}.get(primary, "en")


def text(key: str, language: str, **values: str) -> str:
    return _WORDS[key][LANGUAGES.index(language)].format(**values)
