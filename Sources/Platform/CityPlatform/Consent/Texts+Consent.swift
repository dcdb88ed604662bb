import CityKernel
import CityWeb

extension Texts {
    /// Words of `/my/data`, of receipts, and of what everybody sees.
    static let ofConsent: Texts = [
        "dataLead": .init(
            "あなたのデータは、あなたが「同意する」を押したことにだけ使われます。いつでもやめられ、やめた瞬間から読めなくなります。",
            easy: "あなたの データは、「よい」と 言った ことだけに つかいます。いつでも やめられます。",
            en:
                "Your data serves only what you agree to. You can stop at any time, and from that moment nobody reads it."
        ),
        "dataGiven": .init("同意しています", easy: "よいと 言いました", en: "You agreed"),
        "dataNotGiven": .init("同意していません", easy: "まだ 言って いません", en: "You have not agreed"),
        "dataGrant": .init("同意する", easy: "よい", en: "I agree"),
        "dataWithdraw": .init("同意をやめる", easy: "やめる", en: "Withdraw"),
        "dataPurpose": .init("目的", easy: "なんの ため", en: "Purpose"),
        "dataRecipient": .init("使う人", easy: "つかう 人", en: "Who uses it"),
        "dataKinds": .init("使う情報", easy: "つかう じょうほう", en: "What is used"),
        "dataHowLong": .init("期間", easy: "いつまで", en: "How long"),
        "dataDays": .init("同意から{n}日", easy: "{n}日", en: "{n} days from your yes"),
        "dataAnonymous": .init("匿名にする方法:", easy: "名前を かくす ほうほう:", en: "Made anonymous:"),
        "dataBenefit": .init("あなたの利益:", easy: "よい こと:", en: "Your benefit:"),
        "dataSafety": .init("安全:", easy: "あんぜん:", en: "Safety:"),
        "dataHeld": .init("市が持っているあなたの情報", easy: "市が もって いる じょうほう", en: "What the city holds"),
        "dataNothingHeld": .init("ありません。", easy: "ありません。", en: "Nothing."),
        "dataState-given": .init("同意中", easy: "よい", en: "Given"),
        "dataState-withdrawn": .init("やめた", easy: "やめました", en: "Withdrawn"),
        "dataState-replaced": .init("新しくした", easy: "新しく しました", en: "Renewed"),
        "dataState-expired": .init("期限切れ", easy: "おわりました", en: "Ended"),
        "receiptTitle": .init("同意の受領書", easy: "うけとりしょ", en: "Consent receipt"),
        "receiptCity": .init("扱う者", easy: "あつかう ところ", en: "Controller"),
        "receiptGiven": .init("同意した時", easy: "いつ", en: "Given"),
        "receiptWay-online": .init("(本人、画面で)", easy: "(じぶんで)", en: "(by the person, online)"),
        "receiptWay-paper": .init("(窓口、紙で)", easy: "(まどぐちで)", en: "(on paper, at the counter)"),
        "receiptWay-guardian": .init("(保護者が)", easy: "(親などが)", en: "(by a guardian)"),
        "receiptVersion": .init("案内の版", easy: "あんないの ばんごう", en: "Version of the notice"),
        "receiptNote": .init(
            "この紙は控えです。印刷して残せます。", easy: "この 紙を のこして ください。",
            en: "Keep or print this sheet."),
        "useTitle": .init("個人の情報の使いみち", easy: "みんなの じょうほうの つかいみち", en: "Use of personal data"),
        "useLead": .init(
            "同意した人のデータだけを、この目的だけに使います。読むたびに監査記録に残ります。",
            easy: "よいと 言った 人の データだけを つかいます。",
            en:
                "Only data of people who agreed, only for these purposes; each read stands in the audit."
        ),
        "usePeople": .init("人が同意", easy: "人が よいと 言いました", en: "people agreed"),
        "useNone": .init("いまは、個人の情報を使う目的はありません。", easy: "いまは ありません。", en: "None at present."),
        "useEmergencies": .init(
            "災害時に同意なしで開示したもの", easy: "さいがいの とき 見た もの", en: "Disclosed in emergencies"),
        "useNoEmergencies": .init("ありません。", easy: "ありません。", en: "None."),
        "useReads": .init("読んだ回数", easy: "読んだ かず", en: "Reads"),
    ]
}
